SELECT p.run_no, p.key_no, p.value
FROM tracking_params p
WHERE p.run_no = ANY (CAST(@run_nos AS bigint[]))
