UPDATE ledger_store SET collector = @writer, collector_until_ms = clock_ms() + @length_ms WHERE collector_until_ms <= clock_ms()
