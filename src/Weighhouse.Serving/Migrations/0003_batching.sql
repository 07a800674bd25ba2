-- How a deployment's requests are gathered into runs; NULL for one run each.
ALTER TABLE serving_deployments ADD COLUMN batch_json TEXT;

-- What a change changes is routes and batching, where it was an array of routes alone.
UPDATE serving_deployment_events SET before_json = '{"routes":' || before_json || '}' WHERE before_json IS NOT NULL;
UPDATE serving_deployment_events SET after_json = '{"routes":' || after_json || '}' WHERE after_json IS NOT NULL;
