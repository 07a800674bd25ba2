DELETE FROM ledger_extents WHERE pack = @pack
