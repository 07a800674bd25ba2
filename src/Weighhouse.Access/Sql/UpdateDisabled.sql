UPDATE access_users SET is_disabled = @disabled WHERE user_no = @user
