SELECT r.request_no, r.model_no, r.version_no, m.project, m.name, v.version, v.stage, r.stage, r.archives_others, r.reason, r.asked_by,
    r.asked_ms, r.expires_ms, r.state, r.closed_by, r.closed_ms, v.user_name
FROM registry_requests r
JOIN registry_models m ON m.model_no = r.model_no
JOIN registry_versions v ON v.version_no = r.version_no
WHERE r.request_no = @request_no AND m.deleted_ms IS NULL
