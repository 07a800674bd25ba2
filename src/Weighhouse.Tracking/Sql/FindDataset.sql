SELECT dataset_no FROM tracking_datasets WHERE experiment_no = @experiment_no AND name = @name AND digest = @digest
