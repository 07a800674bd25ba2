INSERT INTO registry_events (model_no, model_name, version, at_ms, actor, action, before_json, after_json, change_id, undoes)
VALUES (@model_no, @model_name, @version, @at_ms, @actor, @action, @before_json, @after_json, @change_id, @undoes)
