SELECT v.version_no, m.model_no, m.project, m.name, v.version, v.description, v.stage, v.source, v.storage_uri, v.run_id, v.run_link,
    v.logged_model_id, v.user_name, v.status, v.status_message, v.created_ms, v.updated_ms, v.commit_id, v.tree_id, v.file_count,
    v.size_bytes, v.files_note
FROM registry_versions v
JOIN registry_models m ON m.model_no = v.model_no
JOIN (
    SELECT model_no, stage, MAX(version) AS version
    FROM registry_versions
    WHERE deleted_ms IS NULL AND model_no = ANY (CAST(@model_nos AS bigint[]))
    GROUP BY model_no, stage
) latest ON latest.model_no = v.model_no AND latest.version = v.version
ORDER BY v.model_no, v.version
