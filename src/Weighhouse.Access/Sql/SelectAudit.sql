SELECT entry_no, time_ms, actor, action, subject, before_state, after_state, address, request_id, hash
FROM access_audit WHERE entry_no < @before_entry ORDER BY entry_no DESC LIMIT @size
