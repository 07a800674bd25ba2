UPDATE data_jobs
SET attempts = attempts + 1, fence = fence + 1, lease_until_ms = clock_ms() + @lease_ms, changed_ms = clock_ms()
WHERE id IN (
    SELECT id FROM data_jobs
    WHERE state = 1 AND lease_until_ms <= clock_ms()
        AND attempts < @attempts_max
        AND kind IN (SELECT jsonb_array_elements_text(@kinds::jsonb))
    ORDER BY lease_until_ms
    LIMIT @limit
    FOR UPDATE SKIP LOCKED)
RETURNING id, kind, payload, attempts, fence
