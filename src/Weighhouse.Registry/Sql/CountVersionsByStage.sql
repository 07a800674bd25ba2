SELECT v.stage, COUNT(*)
FROM registry_versions v
JOIN registry_models m ON m.model_no = v.model_no
WHERE m.project = @project AND m.deleted_ms IS NULL AND v.deleted_ms IS NULL
GROUP BY v.stage
