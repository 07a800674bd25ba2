SELECT event_no, at_ms, actor, model_name, version, action, before_json, after_json, model_no
FROM registry_events
WHERE model_no = ANY (CAST(@model_nos AS bigint[])) AND at_ms <= @at_ms
ORDER BY model_no, event_no
