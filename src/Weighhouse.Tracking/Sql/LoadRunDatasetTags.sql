SELECT t.run_no, t.dataset_no, t.key, t.value
FROM tracking_run_dataset_tags t
WHERE t.run_no IN (SELECT value FROM json_each(@run_nos))
ORDER BY t.run_no, t.dataset_no, t.key
