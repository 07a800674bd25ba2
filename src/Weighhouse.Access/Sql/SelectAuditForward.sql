SELECT entry_no, time_ms, actor, action, subject, before_state, after_state, address, request_id, hash
FROM access_audit WHERE entry_no > @after_entry ORDER BY entry_no LIMIT @size
