SELECT u.user_no, u.name, t.ceiling, t.expires_ms
FROM access_tokens t JOIN access_users u ON u.user_no = t.user_no
WHERE t.hash = @hash AND t.revoked_ms IS NULL AND u.is_disabled = 0
