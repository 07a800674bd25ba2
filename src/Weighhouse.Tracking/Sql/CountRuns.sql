SELECT COUNT(*) FROM tracking_runs r
WHERE r.experiment_no IN (SELECT value FROM json_each(@experiment_nos)) AND (@lifecycle IS NULL OR r.lifecycle = @lifecycle)
