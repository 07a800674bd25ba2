-- A page of the series whose tail is long enough to be folded, in order; the index alone answers.
SELECT run_no, key_no
FROM tracking_metric_tail
WHERE (run_no, key_no) > (@run_no, @key_no)
GROUP BY run_no, key_no
HAVING COUNT(*) >= @segments OR SUM(point_count) >= @points
ORDER BY run_no, key_no
LIMIT @limit
