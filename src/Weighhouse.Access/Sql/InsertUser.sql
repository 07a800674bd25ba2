INSERT INTO access_users (name, password_hash, is_disabled, created_ms) VALUES (@name, @password, 0, @now)
ON CONFLICT (name) DO NOTHING
RETURNING user_no
