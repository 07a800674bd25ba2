SELECT name, archives_others, is_protected
FROM registry_stages
WHERE project = @project
ORDER BY position
