UPDATE ledger_packs SET writer = @writer WHERE pack = @pack
