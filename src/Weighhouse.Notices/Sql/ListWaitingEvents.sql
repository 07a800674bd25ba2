SELECT event_no, event_id, type, project, subject_kind, subject_name, actor, at_ms, data_json
FROM notices_events
WHERE stream_no IS NULL
ORDER BY event_no
LIMIT @limit
