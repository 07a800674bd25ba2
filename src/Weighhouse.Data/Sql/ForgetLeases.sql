UPDATE data_leases SET expires_ms = 0 WHERE expires_ms > 0
