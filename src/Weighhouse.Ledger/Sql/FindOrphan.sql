SELECT p.pack, p.end_bytes FROM ledger_packs p
WHERE p.is_left = 0 AND p.is_deleted = 0 AND p.kind = @kind AND p.epoch = @epoch AND p.end_bytes < @shorter_than
  AND NOT EXISTS (SELECT 1 FROM ledger_writers w WHERE w.writer = p.writer AND w.until_ms > clock_ms())
ORDER BY p.end_bytes DESC LIMIT 1
