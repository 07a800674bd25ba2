UPDATE ledger_packs SET is_left = 1 WHERE pack = @pack
