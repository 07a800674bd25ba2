SELECT COUNT(*) FROM tracking_runs r
WHERE r.experiment_no = ANY (CAST(@experiment_nos AS bigint[]))
    AND (CAST(@lifecycle AS bigint) IS NULL OR r.lifecycle = CAST(@lifecycle AS bigint))
