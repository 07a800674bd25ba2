UPDATE ledger_store SET collector_until_ms = 0 WHERE collector = @writer
