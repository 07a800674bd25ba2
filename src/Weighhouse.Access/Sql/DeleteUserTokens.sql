DELETE FROM access_tokens WHERE user_no = @user
