SELECT m.model_no, m.experiment_no, e.project
FROM tracking_models m
JOIN tracking_experiments e ON e.experiment_no = m.experiment_no
WHERE m.model_id = @model_id AND m.lifecycle = 0
