SELECT m.model_no, m.project, m.name
FROM registry_models m
WHERE m.model_no > @after_no AND m.created_ms <= @at_ms AND (m.deleted_ms IS NULL OR m.deleted_ms > @at_ms)
ORDER BY m.model_no
LIMIT @count
