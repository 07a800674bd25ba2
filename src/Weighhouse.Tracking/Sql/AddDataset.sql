INSERT INTO tracking_datasets (experiment_no, name, digest, source_type, source, dataset_schema, profile)
VALUES (@experiment_no, @name, @digest, @source_type, @source, @dataset_schema, @profile)
ON CONFLICT (experiment_no, name, digest) DO UPDATE SET name = excluded.name
RETURNING dataset_no
