INSERT INTO ledger_store (only_row, name, epoch, revision, state, collector, collector_until_ms)
VALUES (1, @name, 0, 0, @state, '', 0)
ON CONFLICT (only_row) DO NOTHING
