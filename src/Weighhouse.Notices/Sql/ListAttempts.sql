SELECT attempt, at_ms, duration_ms, status, error, answer
FROM notices_attempts
WHERE delivery_no = @delivery_no
ORDER BY attempt
LIMIT 100
