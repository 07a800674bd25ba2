SELECT COUNT(*) FROM (SELECT 1 FROM notices_deliveries WHERE hook_no = @hook_no AND state = 0 LIMIT @limit) AS waiting
