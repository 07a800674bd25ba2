DELETE FROM data_jobs
WHERE state = 2 AND id <= (SELECT id FROM data_jobs WHERE state = 2 ORDER BY id DESC LIMIT 1 OFFSET @kept)
