DELETE FROM access_users WHERE user_no = @user
