SELECT model_name, action, version, before_json, after_json
FROM registry_events
WHERE model_no = @model_no AND at_ms = @at_ms AND change_id = @change_id
ORDER BY event_no
LIMIT 100000
