INSERT INTO registry_stages (project, position, name, archives_others, is_protected)
VALUES (@project, @position, @name, @archives_others, @is_protected)
