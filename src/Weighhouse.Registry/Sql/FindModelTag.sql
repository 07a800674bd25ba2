SELECT value
FROM registry_model_tags
WHERE model_no = @model_no AND key = @key
