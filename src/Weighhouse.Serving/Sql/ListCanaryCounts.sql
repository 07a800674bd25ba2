SELECT step, is_candidate, SUM(requests), SUM(failed), SUM(timed), SUM(slow), SUM(judged), SUM(wrong)
FROM serving_canary_counts
WHERE canary_no = @canary_no
GROUP BY step, is_candidate
ORDER BY step, is_candidate
