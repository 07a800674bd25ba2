-- No put takes a month.
DELETE FROM ledger_swept WHERE swept_ms < clock_ms() - 2592000000
