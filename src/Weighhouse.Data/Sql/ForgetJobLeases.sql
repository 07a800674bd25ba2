UPDATE data_jobs SET lease_until_ms = 0 WHERE state = 1
