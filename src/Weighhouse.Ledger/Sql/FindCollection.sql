SELECT epoch, revision, state FROM ledger_store
