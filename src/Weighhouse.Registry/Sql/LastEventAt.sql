SELECT MAX(at_ms)
FROM registry_events
WHERE model_no = @model_no
