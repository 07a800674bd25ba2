SELECT p.pack FROM ledger_packs p
WHERE p.is_deleted = 0
  AND EXISTS (SELECT 1 FROM ledger_extents e WHERE e.pack = p.pack AND e.object_key IS NULL)
  AND (p.is_left = 1 OR NOT EXISTS (
    SELECT 1 FROM ledger_writers w WHERE w.writer = p.writer AND w.epoch = p.epoch AND w.until_ms > clock_ms()))
ORDER BY p.pack LIMIT @limit
