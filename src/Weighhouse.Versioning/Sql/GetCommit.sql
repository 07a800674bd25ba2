SELECT commit_no, id, tree, parents, generation, order_ms
FROM versioning_commits
WHERE commit_no = @commit_no
