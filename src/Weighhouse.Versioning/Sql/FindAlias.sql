SELECT file_id, size_bytes FROM versioning_aliases WHERE repo_no = @repo_no AND algorithm = @algorithm AND digest = @digest
