UPDATE registry_models SET repo_no = @repo_no, repository = @repository
WHERE model_no = @model_no
