SELECT model_no
FROM registry_models
WHERE repo_ready = 0 AND deleted_ms IS NULL AND model_no > @after_no
ORDER BY model_no
LIMIT @count
