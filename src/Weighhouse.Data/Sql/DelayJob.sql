-- A twin that waits already does the work: this one then gives way (see FinishJob).
UPDATE data_jobs
SET state = 0, attempts = @attempts, due_ms = clock_ms() + @delay_ms, lease_until_ms = 0, changed_ms = clock_ms(), error = @error
WHERE id = @id AND fence = @fence AND state = 1
    AND NOT EXISTS (
        SELECT 1 FROM data_jobs AS twin
        WHERE twin.state = 0 AND twin.kind = data_jobs.kind AND twin.unique_key = data_jobs.unique_key)
