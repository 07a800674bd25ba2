SELECT m.run_no, m.model_id, m.is_output, m.step
FROM tracking_run_models m
WHERE m.run_no IN (SELECT value FROM json_each(@run_nos))
ORDER BY m.run_no, m.is_output, m.model_id
