SELECT delivery_no, delivery_id, type, subject, event_json, state, attempts, due_ms, created_ms, changed_ms
FROM notices_deliveries
WHERE hook_no = @hook_no AND state = 2 AND replayed_ms IS NULL AND created_ms >= @since_ms
ORDER BY delivery_no
LIMIT @limit
