UPDATE registry_requests SET state = @state, closed_by = @closed_by, closed_ms = @closed_ms
WHERE request_no = @request_no AND state = 1
