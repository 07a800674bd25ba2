DELETE FROM access_sessions WHERE user_no = @user
