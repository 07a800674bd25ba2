INSERT INTO serving_canary_counts (canary_no, replica, step, is_candidate, requests, failed, timed, slow, judged, wrong)
VALUES (@canary_no, 'outcomes', @step, @is_candidate, 0, 0, 0, 0, @judged, @wrong)
ON CONFLICT (canary_no, replica, step, is_candidate) DO UPDATE
SET judged = serving_canary_counts.judged + excluded.judged, wrong = serving_canary_counts.wrong + excluded.wrong
