SELECT project, source, relation, destination, at_ms, actor
FROM versioning_edges
WHERE destination IN (SELECT value FROM json_each(@nodes))
ORDER BY destination, source, relation, project
LIMIT @count
