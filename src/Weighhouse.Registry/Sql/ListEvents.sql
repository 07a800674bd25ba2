SELECT event_no, at_ms, actor, model_name, version, action, before_json, after_json
FROM registry_events
WHERE model_no = @model_no AND event_no < @before_no
ORDER BY event_no DESC
LIMIT @limit
