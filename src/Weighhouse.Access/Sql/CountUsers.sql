SELECT COUNT(*) FROM access_users
