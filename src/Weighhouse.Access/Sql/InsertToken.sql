INSERT INTO access_tokens (user_no, name, hash, ceiling, created_ms, expires_ms) VALUES (@user, @name, @hash, @ceiling, @now, @expires)
RETURNING token_no
