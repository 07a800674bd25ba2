-- Every column is a function of the set of points alone, so that the order of arrival does not show. A tie in step and time goes to the
-- greater value, and to a number over NaN (NULL); equal minima and maxima carry the earliest step and time.
INSERT INTO tracking_metrics AS kept (
    run_no, key_no, experiment_no, start_ms, latest, latest_step, latest_ms, min, min_step, min_ms, max, max_step, max_ms, point_count)
VALUES (
    @run_no, @key_no, @experiment_no, @start_ms, @latest, @latest_step, @latest_ms,
    @min, @min_step, @min_ms, @max, @max_step, @max_ms, @point_count)
ON CONFLICT (run_no, key_no) DO UPDATE SET
    latest = CASE
        WHEN (excluded.latest_step, excluded.latest_ms) > (kept.latest_step, kept.latest_ms) THEN excluded.latest
        WHEN (excluded.latest_step, excluded.latest_ms) < (kept.latest_step, kept.latest_ms) THEN kept.latest
        WHEN excluded.latest IS NULL THEN kept.latest
        WHEN kept.latest IS NULL OR excluded.latest > kept.latest THEN excluded.latest
        ELSE kept.latest END,
    latest_step = CASE
        WHEN excluded.latest_step > kept.latest_step THEN excluded.latest_step ELSE kept.latest_step END,
    latest_ms = CASE
        WHEN (excluded.latest_step, excluded.latest_ms) > (kept.latest_step, kept.latest_ms) THEN excluded.latest_ms
        ELSE kept.latest_ms END,
    min = CASE
        WHEN excluded.min IS NOT NULL AND (kept.min IS NULL OR excluded.min < kept.min) THEN excluded.min
        ELSE kept.min END,
    min_step = CASE
        WHEN excluded.min IS NOT NULL AND (kept.min IS NULL OR excluded.min < kept.min OR (
            excluded.min = kept.min AND (excluded.min_step, excluded.min_ms) < (kept.min_step, kept.min_ms)))
        THEN excluded.min_step ELSE kept.min_step END,
    min_ms = CASE
        WHEN excluded.min IS NOT NULL AND (kept.min IS NULL OR excluded.min < kept.min OR (
            excluded.min = kept.min AND (excluded.min_step, excluded.min_ms) < (kept.min_step, kept.min_ms)))
        THEN excluded.min_ms ELSE kept.min_ms END,
    max = CASE
        WHEN excluded.max IS NOT NULL AND (kept.max IS NULL OR excluded.max > kept.max) THEN excluded.max
        ELSE kept.max END,
    max_step = CASE
        WHEN excluded.max IS NOT NULL AND (kept.max IS NULL OR excluded.max > kept.max OR (
            excluded.max = kept.max AND (excluded.max_step, excluded.max_ms) < (kept.max_step, kept.max_ms)))
        THEN excluded.max_step ELSE kept.max_step END,
    max_ms = CASE
        WHEN excluded.max IS NOT NULL AND (kept.max IS NULL OR excluded.max > kept.max OR (
            excluded.max = kept.max AND (excluded.max_step, excluded.max_ms) < (kept.max_step, kept.max_ms)))
        THEN excluded.max_ms ELSE kept.max_ms END,
    point_count = kept.point_count + excluded.point_count
