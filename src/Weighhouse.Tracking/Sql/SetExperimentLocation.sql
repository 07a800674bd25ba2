UPDATE tracking_experiments SET artifact_location = @artifact_location WHERE experiment_no = @experiment_no
