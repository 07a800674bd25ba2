INSERT INTO versioning_reflog (repo_no, name, old_id, new_id, at_ms, actor, reason)
VALUES (@repo_no, @name, @old_id, @new_id, @at_ms, @actor, @reason)
