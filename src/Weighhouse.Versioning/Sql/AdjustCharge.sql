UPDATE versioning_repositories SET added_bytes = CASE WHEN added_bytes < @lowest THEN 0 ELSE added_bytes + @change END
WHERE repo_no = @repo_no
