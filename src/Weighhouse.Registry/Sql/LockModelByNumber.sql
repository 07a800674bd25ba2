SELECT m.model_no, m.project, m.name, m.description, m.created_ms, m.updated_ms, m.repo_no, m.repository, m.repo_ready
FROM registry_models m
WHERE m.model_no = @model_no AND m.deleted_ms IS NULL
