INSERT INTO versioning_commits (repo_no, id, tree, parents, generation, order_ms, time_ms)
VALUES (@repo_no, @id, @tree, @parents, @generation, @order_ms, @time_ms)
ON CONFLICT DO NOTHING
RETURNING commit_no
