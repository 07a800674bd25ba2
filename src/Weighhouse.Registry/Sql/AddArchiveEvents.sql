INSERT INTO registry_events (model_no, model_name, version, at_ms, actor, action, before_json, after_json, change_id)
SELECT m.model_no, m.name, v.version, @at_ms, @actor, 'version.stage', @before_json, @after_json, @change_id
FROM registry_versions v
JOIN registry_models m ON m.model_no = v.model_no
WHERE v.model_no = @model_no AND v.stage = @stage AND v.version <> @version AND v.deleted_ms IS NULL
ORDER BY v.version
