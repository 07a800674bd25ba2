SELECT COUNT(*) FROM ledger_writers WHERE writer = @writer AND epoch = @epoch AND until_ms > clock_ms()
