SELECT role FROM access_grants WHERE user_no = @user AND scope = @scope
