SELECT id, kind, payload, attempts, enqueued_ms, changed_ms, error FROM data_jobs
WHERE state = 2
ORDER BY id DESC
LIMIT @limit
