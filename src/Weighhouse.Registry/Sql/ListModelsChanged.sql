SELECT m.model_no, m.project, m.name
FROM registry_models m
WHERE m.model_no > @after_no
    AND EXISTS (SELECT 1 FROM registry_events e WHERE e.model_no = m.model_no AND e.at_ms > @from_ms AND e.at_ms <= @to_ms)
ORDER BY m.model_no
LIMIT @count
