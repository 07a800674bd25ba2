SELECT hook_no, hook_id, project, subject_kind, subject_name, name, url, shape, types_json, secret, is_active, user_name,
    created_ms, updated_ms
FROM notices_hooks
WHERE deleted_ms IS NULL AND hook_no > @after
ORDER BY hook_no
LIMIT @limit
