SELECT 1 FROM access_projects WHERE name = @name
