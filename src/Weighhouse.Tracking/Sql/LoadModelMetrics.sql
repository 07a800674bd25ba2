SELECT x.model_no, x.key, x.value, x.timestamp_ms, x.step, x.run_id, x.dataset_name, x.dataset_digest
FROM tracking_model_metrics x
WHERE x.model_no IN (SELECT value FROM json_each(@model_nos))
ORDER BY x.model_no, x.key, x.run_id, x.dataset_name, x.dataset_digest
