SELECT COALESCE(MAX(changed), 0) + 1 FROM ledger_packs
