SELECT project, source, relation, destination, at_ms, actor
FROM versioning_edges
WHERE destination IN (SELECT value FROM json_array_elements_text(CAST(@nodes AS json)))
ORDER BY destination, source, relation, project
LIMIT @count
