UPDATE tracking_models SET lifecycle = 1, updated_ms = @now_ms WHERE model_no = @model_no
