SELECT event_no, revision, at_ms, actor, action, before_json, after_json, reason
FROM serving_deployment_events
WHERE deployment_no = @deployment_no AND event_no < @before_no
ORDER BY event_no DESC
LIMIT @limit
