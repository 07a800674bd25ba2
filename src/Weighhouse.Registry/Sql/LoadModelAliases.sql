SELECT a.model_no, a.alias, v.version
FROM registry_aliases a
JOIN registry_versions v ON v.version_no = a.version_no
WHERE a.model_no IN (SELECT value FROM json_each(@model_nos))
ORDER BY a.model_no, a.alias
