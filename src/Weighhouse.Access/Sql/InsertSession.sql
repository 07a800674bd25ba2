INSERT INTO access_sessions (hash, user_no, created_ms, expires_ms) VALUES (@hash, @user, @now, @expires)
