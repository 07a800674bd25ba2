SELECT i.run_no, i.dataset_no
FROM tracking_run_datasets i
WHERE i.run_no IN (SELECT value FROM json_each(@run_nos))
ORDER BY i.run_no, i.dataset_no
