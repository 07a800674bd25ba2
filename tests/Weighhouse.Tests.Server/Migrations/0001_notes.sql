CREATE TABLE test_notes (
    id INTEGER PRIMARY KEY,
    text TEXT NOT NULL,
    weight REAL NOT NULL,
    data BLOB
);
