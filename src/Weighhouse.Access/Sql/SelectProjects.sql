SELECT name, description, created_ms FROM access_projects ORDER BY name LIMIT 10000
