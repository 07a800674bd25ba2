SELECT m.run_no, m.key_no, m.point_count, m.latest, m.latest_ms, m.latest_step, m.min, m.min_ms, m.min_step, m.max, m.max_ms, m.max_step
FROM tracking_metrics m
WHERE m.run_no = ANY (CAST(@run_nos AS bigint[]))
