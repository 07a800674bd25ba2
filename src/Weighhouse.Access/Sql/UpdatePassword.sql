UPDATE access_users SET password_hash = @password WHERE user_no = @user
