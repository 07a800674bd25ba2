SELECT 1 FROM pg_advisory_xact_lock(8317540112)
