SELECT step, is_candidate, SUM(requests)::BIGINT, SUM(failed)::BIGINT, SUM(timed)::BIGINT, SUM(slow)::BIGINT, SUM(judged)::BIGINT,
    SUM(wrong)::BIGINT
FROM serving_canary_counts
WHERE canary_no = @canary_no
GROUP BY step, is_candidate
ORDER BY step, is_candidate
