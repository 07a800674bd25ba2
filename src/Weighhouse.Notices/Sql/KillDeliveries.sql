UPDATE notices_deliveries SET state = 2, changed_ms = clock_ms() WHERE hook_no = @hook_no AND state = 0
