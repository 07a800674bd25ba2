SELECT t.version_no, t.key, t.value
FROM registry_version_tags t
WHERE t.version_no = ANY (CAST(@version_nos AS bigint[]))
ORDER BY t.version_no, t.key
