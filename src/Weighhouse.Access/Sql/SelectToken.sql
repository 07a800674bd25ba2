SELECT t.token_no, u.name, t.name, t.ceiling, t.created_ms, t.expires_ms, t.revoked_ms
FROM access_tokens t JOIN access_users u ON u.user_no = t.user_no
WHERE t.token_no = @token
