INSERT INTO registry_aliases (model_no, alias, version_no)
VALUES (@model_no, @alias, @version_no)
ON CONFLICT (model_no, alias) DO UPDATE SET version_no = excluded.version_no
