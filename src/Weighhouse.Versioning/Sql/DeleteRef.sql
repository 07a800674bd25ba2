DELETE FROM versioning_refs WHERE repo_no = @repo_no AND name = @name AND commit_no = @old_no
