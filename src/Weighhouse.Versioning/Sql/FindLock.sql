SELECT lock_no, path, owner, locked_ms FROM versioning_locks WHERE repo_no = @repo_no AND lock_no = @lock_no
