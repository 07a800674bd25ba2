SELECT COUNT(*) FROM versioning_catalogue WHERE repo_no = @repo_no
