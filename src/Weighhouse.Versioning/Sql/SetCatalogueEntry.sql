INSERT INTO versioning_catalogue
    (repo_no, path, owner, source, licence, tags, fresh_ms, created_ms, created_by, updated_ms, updated_by, words, tag_words,
    owner_words, column_words)
VALUES (@repo_no, @path, @owner, @source, @licence, @tags, @fresh_ms, @now_ms, @actor, @now_ms, @actor, @words, @tag_words,
    @owner_words, '')
ON CONFLICT (repo_no, path) DO UPDATE SET owner = excluded.owner, source = excluded.source,
    licence = excluded.licence, tags = excluded.tags, fresh_ms = excluded.fresh_ms, updated_ms = excluded.updated_ms,
    updated_by = excluded.updated_by, words = excluded.words, tag_words = excluded.tag_words, owner_words = excluded.owner_words
RETURNING entry_no
