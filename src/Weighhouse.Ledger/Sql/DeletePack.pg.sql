UPDATE ledger_packs SET is_deleted = 1, is_left = 1, changed = pg_current_xact_id()::text::bigint WHERE pack = @pack
