SELECT user_no, name, password_hash, is_disabled, created_ms FROM access_users WHERE name = @name
