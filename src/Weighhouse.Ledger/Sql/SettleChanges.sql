-- SQLite numbers changes by the table itself: there is nothing that a restored copy could be ahead of.
UPDATE ledger_packs SET changed = 0 WHERE changed < 0
