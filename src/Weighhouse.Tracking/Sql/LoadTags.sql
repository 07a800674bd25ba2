SELECT t.run_no, t.key_no, t.value
FROM tracking_tags t
WHERE t.run_no IN (SELECT value FROM json_each(@run_nos))
