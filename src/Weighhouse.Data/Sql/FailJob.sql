UPDATE data_jobs SET state = 2, changed_ms = clock_ms(), error = @error
WHERE id = @id AND fence = @fence AND state = 1
