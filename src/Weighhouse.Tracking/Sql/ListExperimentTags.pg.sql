SELECT t.experiment_no, t.key, t.value
FROM tracking_experiment_tags t
WHERE t.experiment_no = ANY (CAST(@experiment_nos AS bigint[]))
ORDER BY t.experiment_no, t.key
