INSERT INTO registry_versions (
    model_no, version, description, stage, source, storage_uri, run_id, run_link, logged_model_id, user_name, status,
    created_ms, updated_ms, commit_id, tree_id, file_count, size_bytes, files_note)
VALUES (
    @model_no, @version, @description, @stage, @source, @storage_uri, @run_id, @run_link, @logged_model_id, @user_name, @status,
    @now_ms, @now_ms, @commit_id, @tree_id, @file_count, @size_bytes, @files_note)
RETURNING version_no
