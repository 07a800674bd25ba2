UPDATE access_audit_head SET entry_no = @entry, hash = @hash WHERE one = 1
