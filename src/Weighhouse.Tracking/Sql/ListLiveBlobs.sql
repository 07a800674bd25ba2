SELECT blob_id FROM tracking_artifacts
UNION
SELECT blob_id FROM tracking_upload_parts
