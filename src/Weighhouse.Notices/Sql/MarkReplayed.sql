UPDATE notices_deliveries SET replayed_ms = clock_ms()
WHERE hook_no = @hook_no AND delivery_id = @delivery_id AND state = 2 AND replayed_ms IS NULL
