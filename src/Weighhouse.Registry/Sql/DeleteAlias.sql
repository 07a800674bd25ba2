DELETE FROM registry_aliases
WHERE model_no = @model_no AND alias = @alias
