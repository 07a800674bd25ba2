INSERT INTO data_jobs AS waiting
    (kind, payload, unique_key, state, attempts, fence, due_ms, lease_until_ms, enqueued_ms, changed_ms)
VALUES (@kind, @payload, @unique_key, 0, 0, 0, COALESCE(@due_ms, clock_ms()), 0, clock_ms(), clock_ms())
ON CONFLICT (kind, unique_key) WHERE state = 0 AND unique_key IS NOT NULL DO UPDATE
SET due_ms = CASE WHEN waiting.attempts = 0 AND excluded.due_ms < waiting.due_ms THEN excluded.due_ms ELSE waiting.due_ms END
RETURNING id
