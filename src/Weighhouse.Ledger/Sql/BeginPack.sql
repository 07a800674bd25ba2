INSERT INTO ledger_packs (pack, kind, epoch, writer, end_bytes, is_left, is_deleted, changed)
VALUES (@pack, @kind, @epoch, @writer, @end_bytes, 0, 0, (SELECT COALESCE(MAX(changed), 0) + 1 FROM ledger_packs))
