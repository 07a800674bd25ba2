SELECT MIN(d.due_ms) - clock_ms()
FROM notices_deliveries d
WHERE d.hook_no = @hook_no AND d.state = 0
    AND NOT EXISTS (
        SELECT 1 FROM notices_deliveries e
        WHERE e.hook_no = d.hook_no AND e.subject = d.subject AND e.state = 0 AND e.delivery_no < d.delivery_no)
