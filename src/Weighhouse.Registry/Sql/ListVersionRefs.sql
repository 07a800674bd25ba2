SELECT version, stage, commit_id
FROM registry_versions
WHERE model_no = @model_no AND deleted_ms IS NULL
ORDER BY version
