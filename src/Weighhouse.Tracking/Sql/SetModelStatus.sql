UPDATE tracking_models SET status = @status, updated_ms = @now_ms WHERE model_no = @model_no
