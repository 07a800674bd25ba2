DELETE FROM access_sessions WHERE hash = @hash
