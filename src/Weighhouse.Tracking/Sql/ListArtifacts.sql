SELECT path, blob_id, size_bytes, modified_ms
FROM tracking_artifacts
WHERE path >= @from_path AND path < @to_path
ORDER BY path
LIMIT @size
