SELECT COUNT(*) FROM access_users u JOIN access_grants g ON g.user_no = u.user_no
WHERE u.is_disabled = 0 AND g.scope = '*' AND g.role = @admin
