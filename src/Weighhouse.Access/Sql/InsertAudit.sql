INSERT INTO access_audit (entry_no, time_ms, actor, action, subject, before_state, after_state, address, request_id, hash)
VALUES (@entry, @time, @actor, @action, @subject, @before, @after, @address, @request, @hash)
