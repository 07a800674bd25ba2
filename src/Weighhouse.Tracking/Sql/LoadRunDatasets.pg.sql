SELECT i.run_no, i.dataset_no
FROM tracking_run_datasets i
WHERE i.run_no = ANY (CAST(@run_nos AS bigint[]))
ORDER BY i.run_no, i.dataset_no
