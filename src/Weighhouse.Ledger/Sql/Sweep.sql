INSERT INTO ledger_swept (object_key, swept_ms) VALUES (@key, clock_ms()) ON CONFLICT (object_key) DO NOTHING
