SELECT event_no, at_ms, actor, model_name, version, action, before_json, after_json
FROM registry_events
WHERE model_no = @model_no AND at_ms <= @at_ms
ORDER BY event_no
