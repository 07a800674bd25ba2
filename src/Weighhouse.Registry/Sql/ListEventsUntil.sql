SELECT event_no, at_ms, actor, model_name, version, action, before_json, after_json, model_no
FROM registry_events
WHERE model_no IN (SELECT value FROM json_each(@model_nos)) AND at_ms <= @at_ms
ORDER BY model_no, event_no
