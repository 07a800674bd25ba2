UPDATE data_jobs
SET attempts = attempts + 1, fence = fence + 1, lease_until_ms = clock_ms() + @lease_ms, changed_ms = clock_ms()
WHERE id IN (
    SELECT id FROM data_jobs
    WHERE state = 1 AND lease_until_ms <= clock_ms()
        AND attempts < @attempts_max
        AND kind IN (SELECT value FROM json_each(@kinds))
    ORDER BY lease_until_ms
    LIMIT @limit)
RETURNING id, kind, payload, attempts, fence
