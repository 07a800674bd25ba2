SELECT digest, file_id FROM versioning_aliases
WHERE repo_no = @repo_no AND algorithm = @algorithm AND digest > @after
ORDER BY digest
LIMIT @count
