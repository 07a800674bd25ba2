-- As many as the options UsersMax and GrantsMax let in.
SELECT user_no, role, scope FROM access_grants ORDER BY user_no, scope
