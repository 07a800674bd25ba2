SELECT v.version, v.commit_id
FROM registry_versions v
WHERE v.model_no = @model_no AND v.stage = @stage AND v.deleted_ms IS NULL
ORDER BY v.version
