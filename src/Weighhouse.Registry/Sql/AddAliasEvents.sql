INSERT INTO registry_events (model_no, model_name, version, at_ms, actor, action, before_json, after_json, change_id)
SELECT m.model_no, m.name, v.version, @at_ms, @actor, 'alias.delete', '{"alias":"' || a.alias || '","version":"' || v.version || '"}',
    NULL, @change_id
FROM registry_aliases a
JOIN registry_versions v ON v.version_no = a.version_no
JOIN registry_models m ON m.model_no = v.model_no
WHERE a.version_no = @version_no
ORDER BY a.alias
