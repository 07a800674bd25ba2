INSERT INTO data_leases AS held (name, holder, fence, expires_ms)
VALUES (@name, @holder, 1, clock_ms() + @length_ms)
ON CONFLICT (name) DO UPDATE
SET holder = excluded.holder, fence = held.fence + 1, expires_ms = excluded.expires_ms
WHERE held.expires_ms <= clock_ms()
RETURNING fence
