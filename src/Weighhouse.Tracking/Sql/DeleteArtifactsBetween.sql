DELETE FROM tracking_artifacts WHERE path >= @from_path AND path < @to_path
