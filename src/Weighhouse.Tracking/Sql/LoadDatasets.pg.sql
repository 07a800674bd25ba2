SELECT d.dataset_no, d.name, d.digest, d.source_type, d.source, d.dataset_schema, d.profile
FROM tracking_datasets d
WHERE d.dataset_no = ANY (CAST(@dataset_nos AS bigint[]))
