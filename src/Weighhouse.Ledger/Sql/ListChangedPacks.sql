SELECT pack, kind, epoch, end_bytes, is_deleted FROM ledger_packs WHERE changed >= @mark ORDER BY pack
