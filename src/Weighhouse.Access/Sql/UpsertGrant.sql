INSERT INTO access_grants (user_no, scope, role) VALUES (@user, @scope, @role)
ON CONFLICT (user_no, scope) DO UPDATE SET role = excluded.role
