SELECT d.delivery_no, d.delivery_id, d.type, d.event_json, d.attempts
FROM notices_deliveries d
WHERE d.hook_no = @hook_no AND d.state = 0 AND d.due_ms <= clock_ms()
    -- Those of one subject go in their order: the next one waits for the one before, delivered or dead.
    AND NOT EXISTS (
        SELECT 1 FROM notices_deliveries e
        WHERE e.hook_no = d.hook_no AND e.subject = d.subject AND e.state = 0 AND e.delivery_no < d.delivery_no)
ORDER BY d.delivery_no
LIMIT 1
