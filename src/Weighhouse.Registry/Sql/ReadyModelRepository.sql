UPDATE registry_models SET repo_ready = 1
WHERE model_no = @model_no
