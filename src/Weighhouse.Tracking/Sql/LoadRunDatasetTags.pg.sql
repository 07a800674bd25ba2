SELECT t.run_no, t.dataset_no, t.key, t.value
FROM tracking_run_dataset_tags t
WHERE t.run_no = ANY (CAST(@run_nos AS bigint[]))
ORDER BY t.run_no, t.dataset_no, t.key
