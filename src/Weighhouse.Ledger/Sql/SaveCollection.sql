UPDATE ledger_store SET epoch = @epoch, revision = revision + 1, state = @state
WHERE collector = @writer AND collector_until_ms > clock_ms()
