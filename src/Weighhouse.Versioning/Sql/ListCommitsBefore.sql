SELECT commit_no, id, tree, parents, generation, order_ms
FROM versioning_commits
WHERE repo_no = @repo_no AND order_ms < @before_ms
ORDER BY order_ms DESC
LIMIT @count
