INSERT INTO serving_canary_counts (canary_no, replica, step, is_candidate, requests, failed, timed, slow, judged, wrong)
VALUES (@canary_no, @replica, @step, @is_candidate, @requests, @failed, @timed, @slow, 0, 0)
ON CONFLICT (canary_no, replica, step, is_candidate) DO UPDATE
SET requests = excluded.requests, failed = excluded.failed, timed = excluded.timed, slow = excluded.slow
