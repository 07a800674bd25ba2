SELECT e.change_id
FROM registry_events e
WHERE e.model_no = @model_no AND e.action = 'version.stage' AND e.undoes IS NULL
    AND e.before_json <> e.after_json AND (e.before_json = @stage_json OR e.after_json = @stage_json)
    AND NOT EXISTS (
        SELECT 1 FROM registry_events u
        WHERE u.undoes = e.change_id AND u.model_no = e.model_no AND u.action = 'version.stage')
ORDER BY e.event_no DESC
LIMIT 1
