-- Changes of one model come one after the other, so that its events have an order in time too.
SELECT m.model_no, m.project, m.name, m.description, m.created_ms, m.updated_ms, m.repo_no, m.repository, m.repo_ready
FROM registry_models m
WHERE m.name = @name AND m.deleted_ms IS NULL
FOR UPDATE
