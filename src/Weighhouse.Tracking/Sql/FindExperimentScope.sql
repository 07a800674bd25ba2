SELECT project FROM tracking_experiments WHERE experiment_no = @experiment_no
