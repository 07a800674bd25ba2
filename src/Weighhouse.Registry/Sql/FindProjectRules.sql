SELECT rules_no, text, actor, at_ms
FROM registry_rules
WHERE project = @project AND model_no IS NULL
ORDER BY rules_no DESC
LIMIT 1
