UPDATE data_leases SET expires_ms = clock_ms() + @length_ms
WHERE name = @name AND holder = @holder AND fence = @fence AND expires_ms > clock_ms()
