SELECT COUNT(*) FROM ledger_store WHERE collector = @writer AND collector_until_ms > clock_ms()
