DELETE FROM data_jobs WHERE id = @id AND fence = @fence AND state = 1
