SELECT t.run_no, t.key_no, t.value
FROM tracking_tags t
WHERE t.run_no = ANY (CAST(@run_nos AS bigint[]))
