SELECT a.version_no, a.alias
FROM registry_aliases a
WHERE a.version_no = ANY (CAST(@version_nos AS bigint[]))
ORDER BY a.version_no, a.alias
