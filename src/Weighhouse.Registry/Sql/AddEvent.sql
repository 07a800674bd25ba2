INSERT INTO registry_events (model_no, model_name, version, at_ms, actor, action, before_json, after_json)
VALUES (@model_no, @model_name, @version, @at_ms, @actor, @action, @before_json, @after_json)
