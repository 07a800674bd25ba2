DELETE FROM access_sessions WHERE user_no = @user AND hash NOT IN (
  SELECT hash FROM access_sessions WHERE user_no = @user ORDER BY created_ms DESC, hash LIMIT @keep)
