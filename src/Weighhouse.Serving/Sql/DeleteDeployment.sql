UPDATE serving_deployments SET deleted_ms = @now_ms WHERE deployment_no = @deployment_no
