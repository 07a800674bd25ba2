-- Jobs of one kind and key run one after the other.
UPDATE data_jobs
SET state = 1, attempts = attempts + 1, fence = fence + 1, lease_until_ms = clock_ms() + @lease_ms, changed_ms = clock_ms()
WHERE id IN (
    SELECT due.id FROM data_jobs AS due
    WHERE due.state = 0 AND due.due_ms <= clock_ms()
        AND due.kind IN (SELECT value FROM json_each(@kinds))
        AND NOT EXISTS (
            SELECT 1 FROM data_jobs AS running
            WHERE running.state = 1 AND running.kind = due.kind AND running.unique_key = due.unique_key)
    ORDER BY due.due_ms, due.id
    LIMIT @limit)
RETURNING id, kind, payload, attempts, fence
