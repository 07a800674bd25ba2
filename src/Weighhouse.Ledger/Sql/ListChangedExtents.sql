SELECT e.pack, e.start_bytes, e.end_bytes, e.object_key
FROM ledger_packs p JOIN ledger_extents e ON e.pack = p.pack
WHERE p.changed >= @mark ORDER BY e.pack, e.start_bytes
