UPDATE ledger_packs SET end_bytes = @end_bytes, changed = (SELECT COALESCE(MAX(changed), 0) + 1 FROM ledger_packs)
WHERE pack = @pack AND writer = @writer AND end_bytes = @start_bytes AND is_deleted = 0 AND is_left = 0
