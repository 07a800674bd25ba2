INSERT INTO tracking_model_metrics (model_no, key, run_id, dataset_name, dataset_digest, value, step, timestamp_ms)
VALUES (@model_no, @key, @run_id, @dataset_name, @dataset_digest, @value, @step, @timestamp_ms)
ON CONFLICT (model_no, key, run_id, dataset_name, dataset_digest) DO UPDATE SET
    value = excluded.value, step = excluded.step, timestamp_ms = excluded.timestamp_ms
WHERE (excluded.step, excluded.timestamp_ms) > (tracking_model_metrics.step, tracking_model_metrics.timestamp_ms)
    OR ((excluded.step, excluded.timestamp_ms) = (tracking_model_metrics.step, tracking_model_metrics.timestamp_ms)
        AND excluded.value IS NOT NULL
        AND (tracking_model_metrics.value IS NULL OR excluded.value > tracking_model_metrics.value))
