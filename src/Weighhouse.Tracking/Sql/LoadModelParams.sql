SELECT p.model_no, p.key, p.value
FROM tracking_model_params p
WHERE p.model_no IN (SELECT value FROM json_each(@model_nos))
ORDER BY p.model_no, p.key
