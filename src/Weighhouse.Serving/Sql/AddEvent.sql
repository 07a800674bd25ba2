INSERT INTO serving_deployment_events (
    deployment_no, parent_event_no, revision, at_ms, actor, action, before_json, after_json, reason)
VALUES (@deployment_no, @parent_event_no, @revision, @at_ms, @actor, @action, @before_json, @after_json, @reason)
RETURNING event_no
