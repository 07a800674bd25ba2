UPDATE notices_deliveries
SET state = @state, attempts = @attempts, due_ms = clock_ms() + @delay_ms, changed_ms = clock_ms()
WHERE delivery_no = @delivery_no AND state = 0
