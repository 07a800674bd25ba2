SELECT a.model_no, a.alias, v.version
FROM registry_aliases a
JOIN registry_versions v ON v.version_no = a.version_no
WHERE a.model_no = ANY (CAST(@model_nos AS bigint[]))
ORDER BY a.model_no, a.alias
