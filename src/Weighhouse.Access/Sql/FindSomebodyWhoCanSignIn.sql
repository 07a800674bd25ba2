SELECT 1 FROM access_users u
WHERE u.is_disabled = 0
  AND (u.password_hash IS NOT NULL
    OR EXISTS (
      SELECT 1 FROM access_tokens t
      WHERE t.user_no = u.user_no AND t.revoked_ms IS NULL AND (t.expires_ms IS NULL OR t.expires_ms > @now)))
LIMIT 1
