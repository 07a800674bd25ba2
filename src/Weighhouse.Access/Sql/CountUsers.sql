SELECT COUNT(*) FROM access_users WHERE is_disabled = 0
