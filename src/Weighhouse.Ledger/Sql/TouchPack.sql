UPDATE ledger_packs SET changed = (SELECT COALESCE(MAX(changed), 0) + 1 FROM ledger_packs) WHERE pack = @pack AND is_deleted = 0
