SELECT COUNT(*) FROM ledger_writers WHERE epoch < @epoch AND until_ms > clock_ms()
