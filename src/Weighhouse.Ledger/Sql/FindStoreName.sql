SELECT name FROM ledger_store
