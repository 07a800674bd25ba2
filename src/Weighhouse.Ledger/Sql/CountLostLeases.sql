SELECT COUNT(*) FROM ledger_writers WHERE writer = @writer AND until_ms <= clock_ms()
