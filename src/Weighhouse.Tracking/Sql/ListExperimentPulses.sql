-- The runs that can be on a page: the newest.
SELECT r.run_id, r.status, COALESCE((SELECT SUM(m.point_count) FROM tracking_metrics m WHERE m.run_no = r.run_no), 0)
FROM tracking_runs r
WHERE r.experiment_no = @experiment_no AND r.lifecycle = 0
ORDER BY r.start_ms DESC, r.run_id
LIMIT @limit
