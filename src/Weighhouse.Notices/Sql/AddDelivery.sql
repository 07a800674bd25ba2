INSERT INTO notices_deliveries (
    delivery_id, hook_no, type, subject, event_json, state, attempts, due_ms, created_ms, changed_ms)
VALUES (@delivery_id, @hook_no, @type, @subject, @event_json, @state, 0, clock_ms(), clock_ms(), clock_ms())
