SELECT t.model_no, t.key, t.value
FROM registry_model_tags t
WHERE t.model_no = ANY (CAST(@model_nos AS bigint[]))
ORDER BY t.model_no, t.key
