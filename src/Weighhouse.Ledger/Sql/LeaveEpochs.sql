DELETE FROM ledger_writers WHERE writer = @writer AND epoch < @epoch
