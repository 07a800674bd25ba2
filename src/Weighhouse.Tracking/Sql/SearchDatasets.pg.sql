SELECT DISTINCT d.experiment_no, d.name, d.digest, t.value
FROM tracking_datasets d
JOIN tracking_run_datasets i ON i.dataset_no = d.dataset_no
LEFT JOIN tracking_run_dataset_tags t ON t.run_no = i.run_no AND t.dataset_no = i.dataset_no AND t.key = @context_key
WHERE d.experiment_no = ANY (CAST(@experiment_nos AS bigint[]))
ORDER BY d.experiment_no, d.name, d.digest, t.value
LIMIT 1000
