UPDATE data_jobs
SET state = 0, attempts = 0, due_ms = clock_ms(), lease_until_ms = 0, changed_ms = clock_ms()
WHERE id = @id AND state = 2
    AND NOT EXISTS (
        SELECT 1 FROM data_jobs AS twin
        WHERE twin.state = 0 AND twin.kind = data_jobs.kind AND twin.unique_key = data_jobs.unique_key)
