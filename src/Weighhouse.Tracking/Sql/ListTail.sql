-- The tail is what the compactor has not folded: its thresholds bound it, and whoever reads on stops at a number of points.
SELECT tail_no, point_count, points
FROM tracking_metric_tail
WHERE run_no = @run_no AND key_no = @key_no
ORDER BY tail_no
