SELECT t.version_no, t.key, t.value
FROM registry_version_tags t
WHERE t.version_no IN (SELECT value FROM json_each(@version_nos))
ORDER BY t.version_no, t.key
