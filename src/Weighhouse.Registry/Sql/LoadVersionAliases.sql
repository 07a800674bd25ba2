SELECT a.version_no, a.alias
FROM registry_aliases a
WHERE a.version_no IN (SELECT value FROM json_each(@version_nos))
ORDER BY a.version_no, a.alias
