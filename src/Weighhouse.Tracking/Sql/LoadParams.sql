SELECT p.run_no, p.key_no, p.value
FROM tracking_params p
WHERE p.run_no IN (SELECT value FROM json_each(@run_nos))
