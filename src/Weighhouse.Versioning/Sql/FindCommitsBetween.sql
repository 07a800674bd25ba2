SELECT commit_no, id, tree, parents, generation, order_ms
FROM versioning_commits
WHERE repo_no = @repo_no AND id >= @from_id AND id <= @to_id
ORDER BY id
LIMIT @count
