-- When a dead delivery was made again; NULL for one that nobody has told again.
ALTER TABLE notices_deliveries ADD COLUMN replayed_ms BIGINT;
CREATE INDEX notices_deliveries_dead ON notices_deliveries (hook_no, delivery_no) WHERE state = 2 AND replayed_ms IS NULL;
