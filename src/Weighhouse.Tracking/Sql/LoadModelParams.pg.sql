SELECT p.model_no, p.key, p.value
FROM tracking_model_params p
WHERE p.model_no = ANY (CAST(@model_nos AS bigint[]))
ORDER BY p.model_no, p.key
