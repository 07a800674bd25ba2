SELECT COALESCE(SUM(end_bytes - start_bytes), 0) FROM ledger_extents
WHERE pack = @pack AND start_bytes >= @start_bytes AND end_bytes <= @end_bytes AND object_key IS NULL
