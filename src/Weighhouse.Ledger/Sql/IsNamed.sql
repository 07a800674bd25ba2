SELECT COUNT(*) FROM ledger_extents WHERE object_key = @key
