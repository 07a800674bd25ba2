-- The row stays: its fence must go on growing.
UPDATE data_leases SET expires_ms = 0
WHERE name = @name AND holder = @holder AND fence = @fence
