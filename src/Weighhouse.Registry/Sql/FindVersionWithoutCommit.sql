SELECT v.version_no, m.model_no, m.project, m.name, v.version, v.description, v.stage, v.source, v.storage_uri, v.run_id, v.run_link,
    v.logged_model_id, v.user_name, v.status, v.status_message, v.created_ms, v.updated_ms, v.commit_id, v.tree_id, v.file_count,
    v.size_bytes, v.files_note
FROM registry_versions v
JOIN registry_models m ON m.model_no = v.model_no
WHERE v.model_no = @model_no AND v.deleted_ms IS NULL AND v.commit_id IS NULL
ORDER BY v.version
LIMIT 1
