DELETE FROM notices_deliveries WHERE state <> 0 AND changed_ms < @before_ms
