INSERT INTO ledger_extents (pack, start_bytes, end_bytes, object_key, bytes)
VALUES (@pack, @start_bytes, @end_bytes, @key, @bytes)
