SELECT s.user_no, u.name, s.expires_ms
FROM access_sessions s LEFT JOIN access_users u ON u.user_no = s.user_no
WHERE s.hash = @hash AND (s.user_no IS NULL OR u.is_disabled = 0)
