SELECT id FROM versioning_commits
WHERE commit_no IN (SELECT commit_no FROM versioning_refs WHERE repo_no = @refs_repo_no)
UNION
SELECT old_id FROM versioning_reflog WHERE repo_no = @old_repo_no AND at_ms > @old_since_ms AND old_id IS NOT NULL
UNION
SELECT new_id FROM versioning_reflog WHERE repo_no = @new_repo_no AND at_ms > @new_since_ms AND new_id IS NOT NULL
LIMIT @count
