SELECT COUNT(*) FROM access_tokens WHERE user_no = @user AND revoked_ms IS NULL AND (expires_ms IS NULL OR expires_ms > @now)
