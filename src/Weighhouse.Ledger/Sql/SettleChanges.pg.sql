-- A database restored into another server counts its transactions anew: what is numbered ahead of them would be told for ever.
UPDATE ledger_packs SET changed = 0 WHERE changed > pg_current_xact_id()::text::bigint
