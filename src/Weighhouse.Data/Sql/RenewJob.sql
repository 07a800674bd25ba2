UPDATE data_jobs SET lease_until_ms = clock_ms() + @lease_ms
WHERE id = @id AND fence = @fence AND state = 1
