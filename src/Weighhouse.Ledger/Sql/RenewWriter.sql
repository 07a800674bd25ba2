UPDATE ledger_writers SET until_ms = clock_ms() + @length_ms WHERE writer = @writer AND until_ms > clock_ms()
