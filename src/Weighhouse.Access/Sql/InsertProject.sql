INSERT INTO access_projects (name, description, created_ms) VALUES (@name, @description, @now)
ON CONFLICT (name) DO NOTHING
