SELECT k.key, m.point_count
FROM tracking_metrics m
JOIN tracking_keys k ON k.key_no = m.key_no
WHERE m.run_no = @run_no
ORDER BY m.key_no
LIMIT @limit
