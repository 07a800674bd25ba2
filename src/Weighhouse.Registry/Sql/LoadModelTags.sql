SELECT t.model_no, t.key, t.value
FROM registry_model_tags t
WHERE t.model_no IN (SELECT value FROM json_each(@model_nos))
ORDER BY t.model_no, t.key
