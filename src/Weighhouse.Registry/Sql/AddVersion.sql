INSERT INTO registry_versions (
    model_no, version, description, stage, source, storage_uri, run_id, run_link, logged_model_id, user_name, status,
    created_ms, updated_ms)
VALUES (
    @model_no, @version, @description, 0, @source, @storage_uri, @run_id, @run_link, @logged_model_id, @user_name, @status,
    @now_ms, @now_ms)
RETURNING version_no
