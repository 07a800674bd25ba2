SELECT 1 FROM data_jobs WHERE state = 0 AND due_ms <= clock_ms()
UNION ALL
SELECT 1 FROM data_jobs WHERE state = 1 AND lease_until_ms <= clock_ms()
LIMIT 1
