SELECT COUNT(*) FROM versioning_locks WHERE repo_no = @repo_no
