INSERT INTO ledger_writers (writer, epoch, until_ms)
SELECT @writer, epoch, clock_ms() + @length_ms FROM ledger_store WHERE epoch = @epoch
ON CONFLICT (writer, epoch) DO UPDATE SET until_ms = excluded.until_ms
