SELECT t.experiment_no, t.key, t.value
FROM tracking_experiment_tags t
WHERE t.experiment_no IN (SELECT value FROM json_each(@experiment_nos))
ORDER BY t.experiment_no, t.key
