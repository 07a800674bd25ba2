SELECT COUNT(*) FROM versioning_refs WHERE repo_no = @repo_no
