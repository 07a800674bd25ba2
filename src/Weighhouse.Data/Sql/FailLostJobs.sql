UPDATE data_jobs
SET state = 2, changed_ms = clock_ms(), error = 'Its runner was lost in every attempt.'
WHERE state = 1 AND lease_until_ms <= clock_ms() AND attempts >= @attempts_max
