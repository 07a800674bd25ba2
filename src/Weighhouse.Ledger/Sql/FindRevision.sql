SELECT revision FROM ledger_store
