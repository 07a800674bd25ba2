SELECT e.change_id, e.before_json
FROM registry_events e
WHERE e.model_no = @model_no AND e.action IN ('alias.set', 'alias.delete') AND e.undoes IS NULL
    AND coalesce(e.before_json, '') <> coalesce(e.after_json, '')
    AND json_extract(coalesce(e.after_json, e.before_json), '$.alias') = @alias
    AND NOT EXISTS (
        SELECT 1 FROM registry_events u
        WHERE u.undoes = e.change_id AND u.model_no = e.model_no AND u.action IN ('alias.set', 'alias.delete')
            AND json_extract(coalesce(u.after_json, u.before_json), '$.alias') = @alias)
ORDER BY e.event_no DESC
LIMIT 1
