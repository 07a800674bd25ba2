DELETE FROM access_sessions WHERE expires_ms < @now
