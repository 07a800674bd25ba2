SELECT COUNT(*) FROM ledger_swept WHERE object_key = @key
