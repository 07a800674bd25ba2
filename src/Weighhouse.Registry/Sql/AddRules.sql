INSERT INTO registry_rules (project, model_no, text, actor, at_ms)
VALUES (@project, @model_no, @text, @actor, @at_ms)
RETURNING rules_no
