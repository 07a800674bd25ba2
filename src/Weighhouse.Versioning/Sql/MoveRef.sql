UPDATE versioning_refs SET commit_no = @commit_no, updated_ms = @now_ms, updated_by = @actor
WHERE repo_no = @repo_no AND name = @name AND commit_no = @old_no
