SELECT entry_no, hash FROM access_audit_head WHERE one = 1 FOR UPDATE
