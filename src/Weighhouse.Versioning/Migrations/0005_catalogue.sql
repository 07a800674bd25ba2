-- The data catalogue. What people say is changed here and logged in the audit log; what the data says is a copy that a look renews.
CREATE TABLE versioning_catalogue (
    entry_no INTEGER PRIMARY KEY AUTOINCREMENT,
    repo_no INTEGER NOT NULL REFERENCES versioning_repositories,
    path TEXT NOT NULL,
    owner TEXT,
    source TEXT,
    licence TEXT,
    -- One a line, with a line end before the first and after the last; empty without any.
    tags TEXT NOT NULL,
    fresh_ms INTEGER,
    created_ms INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    updated_ms INTEGER NOT NULL,
    updated_by TEXT NOT NULL,
    -- The words that are searched, and tags and owner, in lower case and composed.
    words TEXT NOT NULL,
    tag_words TEXT NOT NULL,
    owner_words TEXT NOT NULL,
    -- The head that was looked at; null before the first look. The rest is what was there.
    seen_no INTEGER,
    -- Of versioning's entries; null when the path is gone.
    kind INTEGER,
    content BLOB,
    size_bytes INTEGER,
    changed_id BLOB,
    changed_ms INTEGER,
    changed_by TEXT,
    -- Columns as tag_words has tags.
    column_words TEXT NOT NULL
);
CREATE UNIQUE INDEX versioning_catalogue_path ON versioning_catalogue (repo_no, path);
CREATE INDEX versioning_catalogue_changed ON versioning_catalogue ((coalesce(changed_ms, -1)) DESC, entry_no);

-- What a list shows and no search reads, apart from it: rows that are searched stay small.
CREATE TABLE versioning_catalogue_texts (
    entry_no INTEGER PRIMARY KEY REFERENCES versioning_catalogue,
    description TEXT,
    -- JSON; null where nobody can tell.
    content_schema TEXT
);
