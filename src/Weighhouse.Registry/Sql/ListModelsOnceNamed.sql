-- A model that bears the name may have no event by it: it was renamed last of all.
SELECT m.model_no, m.project, m.name
FROM registry_models m
WHERE m.model_no IN (
    SELECT e.model_no FROM registry_events e WHERE e.model_name = @name
    UNION
    SELECT n.model_no FROM registry_models n WHERE n.name = @name AND n.deleted_ms IS NULL)
    AND m.created_ms <= @at_ms AND (m.deleted_ms IS NULL OR m.deleted_ms > @at_ms)
ORDER BY m.model_no
