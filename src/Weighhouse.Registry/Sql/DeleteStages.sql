DELETE FROM registry_stages
WHERE project = @project
