UPDATE ledger_packs SET is_deleted = 1, is_left = 1, changed = (SELECT COALESCE(MAX(changed), 0) + 1 FROM ledger_packs) WHERE pack = @pack
