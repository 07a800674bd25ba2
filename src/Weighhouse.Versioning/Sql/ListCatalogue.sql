-- Narrow rows are filtered and put in order first; what a page shows is joined to those of the page alone.
SELECT c.entry_no, c.repo_no, r.project, r.name, c.path, t.description, c.owner, c.source, c.licence, c.tags, c.fresh_ms, c.created_ms,
    c.created_by, c.updated_ms, c.updated_by, c.seen_no, coalesce(f.commit_no, 0), c.kind, c.content, c.size_bytes, c.changed_id,
    c.changed_ms, c.changed_by, t.content_schema
FROM (
    SELECT c.entry_no
    FROM versioning_catalogue c JOIN versioning_repositories r ON r.repo_no = c.repo_no
    WHERE r.deleted_ms IS NULL AND (r.name > @name OR (r.name = @name AND c.path > @path))
        AND (@everywhere = 1 OR c.repo_no IN (SELECT value FROM json_each(@repositories)))
        AND (@tag = '%' OR c.tag_words LIKE @tag ESCAPE '\') AND (@owner = '%' OR c.owner_words LIKE @owner ESCAPE '\')
        AND (@column = '%' OR c.column_words LIKE @column ESCAPE '\')
        AND (@freshness = 0 OR @freshness = CASE
            WHEN c.seen_no IS NOT NULL AND c.kind IS NULL THEN 4
            WHEN c.fresh_ms IS NULL OR c.changed_ms IS NULL THEN 1
            WHEN c.changed_ms + c.fresh_ms >= @now_ms THEN 2
            ELSE 3 END)
        AND (@word1 = '%' OR c.words LIKE @word1 ESCAPE '\' OR c.column_words LIKE @word1 ESCAPE '\'
            OR lower(r.name) LIKE @word1 ESCAPE '\')
        AND (@word2 = '%' OR c.words LIKE @word2 ESCAPE '\' OR c.column_words LIKE @word2 ESCAPE '\'
            OR lower(r.name) LIKE @word2 ESCAPE '\')
        AND (@word3 = '%' OR c.words LIKE @word3 ESCAPE '\' OR c.column_words LIKE @word3 ESCAPE '\'
            OR lower(r.name) LIKE @word3 ESCAPE '\')
        AND (@word4 = '%' OR c.words LIKE @word4 ESCAPE '\' OR c.column_words LIKE @word4 ESCAPE '\'
            OR lower(r.name) LIKE @word4 ESCAPE '\')
    ORDER BY r.name, c.path
    LIMIT @count
) p
    JOIN versioning_catalogue c ON c.entry_no = p.entry_no
    JOIN versioning_repositories r ON r.repo_no = c.repo_no
    JOIN versioning_catalogue_texts t ON t.entry_no = c.entry_no
    LEFT JOIN versioning_refs f ON f.repo_no = c.repo_no AND f.name = 'heads/' || r.default_branch
ORDER BY r.name, c.path
