DELETE FROM tracking_artifacts WHERE path = @path
