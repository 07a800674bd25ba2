INSERT INTO notices_events (event_id, type, project, subject_kind, subject_name, actor, at_ms, data_json)
VALUES (@event_id, @type, @project, @subject_kind, @subject_name, @actor, @at_ms, @data_json)
