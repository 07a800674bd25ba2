INSERT INTO versioning_edges (project, source, relation, destination, at_ms, actor)
VALUES (@project, @source, @relation, @destination, @at_ms, @actor)
ON CONFLICT DO NOTHING
