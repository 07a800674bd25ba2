INSERT INTO ledger_packs (pack, kind, epoch, writer, end_bytes, is_left, is_deleted, changed)
VALUES (@pack, @kind, @epoch, @writer, @end_bytes, 0, 0, pg_current_xact_id()::text::bigint)
