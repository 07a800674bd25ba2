SELECT last_version
FROM registry_models
WHERE model_no = @model_no
