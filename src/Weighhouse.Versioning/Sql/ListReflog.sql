SELECT entry_no, name, old_id, new_id, at_ms, actor, reason
FROM versioning_reflog
WHERE repo_no = @repo_no AND name = @name AND entry_no < @before_no
ORDER BY entry_no DESC
LIMIT @count
