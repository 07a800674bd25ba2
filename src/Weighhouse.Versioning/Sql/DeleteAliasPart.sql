DELETE FROM versioning_alias_parts WHERE repo_no = @repo_no AND algorithm = @algorithm AND digest = @digest
