DELETE FROM tracking_experiment_tags WHERE experiment_no = @experiment_no AND key = @key
