UPDATE ledger_packs SET end_bytes = @end_bytes, changed = pg_current_xact_id()::text::bigint
WHERE pack = @pack AND writer = @writer AND end_bytes = @start_bytes AND is_deleted = 0 AND is_left = 0
