SELECT m.run_no, m.model_id, m.is_output, m.step
FROM tracking_run_models m
WHERE m.run_no = ANY (CAST(@run_nos AS bigint[]))
ORDER BY m.run_no, m.is_output, m.model_id
