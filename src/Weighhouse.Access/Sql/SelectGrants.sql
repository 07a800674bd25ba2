SELECT role, scope FROM access_grants WHERE user_no = @user ORDER BY scope
