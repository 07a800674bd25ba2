INSERT INTO notices_hooks (
    hook_id, project, subject_kind, subject_name, name, url, shape, types_json, secret, is_active, user_name, created_ms, updated_ms)
VALUES (
    @hook_id, @project, @subject_kind, @subject_name, @name, @url, @shape, @types_json, @secret, @is_active, @user_name, @now_ms, @now_ms)
ON CONFLICT (project, name) WHERE deleted_ms IS NULL DO NOTHING
