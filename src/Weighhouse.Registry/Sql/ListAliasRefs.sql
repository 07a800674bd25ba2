SELECT a.alias, v.commit_id
FROM registry_aliases a
JOIN registry_versions v ON v.version_no = a.version_no
WHERE a.model_no = @model_no AND v.deleted_ms IS NULL
ORDER BY a.alias
