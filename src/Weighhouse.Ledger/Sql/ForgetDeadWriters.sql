-- A day after they ended: a writer that comes back must find that its lease is over, not that it never had one.
DELETE FROM ledger_writers WHERE until_ms < clock_ms() - 86400000
