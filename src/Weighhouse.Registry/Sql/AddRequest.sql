INSERT INTO registry_requests (
    model_no, version_no, stage, archives_others, reason, asked_by, asked_ms, expires_ms, state)
VALUES (
    @model_no, @version_no, @stage, @archives_others, @reason, @asked_by, @asked_ms, @expires_ms, 1)
RETURNING request_no
