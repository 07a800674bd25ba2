SELECT e.version, e.before_json
FROM registry_events e
WHERE e.model_no = @model_no AND e.change_id = @change_id AND e.action = 'version.stage' AND e.before_json <> e.after_json
ORDER BY e.event_no
