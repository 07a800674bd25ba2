SELECT start_bytes, end_bytes, object_key FROM ledger_extents WHERE pack = @pack ORDER BY start_bytes
