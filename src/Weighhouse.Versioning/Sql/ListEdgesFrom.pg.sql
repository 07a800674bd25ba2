SELECT project, source, relation, destination, at_ms, actor
FROM versioning_edges
WHERE source IN (SELECT value FROM json_array_elements_text(CAST(@nodes AS json)))
ORDER BY source, destination, relation, project
LIMIT @count
