UPDATE ledger_store SET collector_until_ms = clock_ms() + @length_ms WHERE collector = @writer AND collector_until_ms > clock_ms()
