UPDATE ledger_packs SET changed = pg_current_xact_id()::text::bigint WHERE pack = @pack AND is_deleted = 0
