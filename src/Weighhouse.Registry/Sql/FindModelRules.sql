SELECT rules_no, text, actor, at_ms
FROM registry_rules
WHERE model_no = @model_no
ORDER BY rules_no DESC
LIMIT 1
