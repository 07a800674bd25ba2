SELECT COUNT(*) FROM access_grants WHERE user_no = @user
