-- Times are milliseconds since 1970, by the database's clock. What each table is: docs/formats/remote-packs.md.
CREATE TABLE ledger_store (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    name TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    state BLOB NOT NULL,
    collector TEXT NOT NULL,
    collector_until_ms INTEGER NOT NULL
);

CREATE TABLE ledger_packs (
    pack TEXT PRIMARY KEY,
    kind INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    writer TEXT NOT NULL,
    end_bytes INTEGER NOT NULL,
    is_left INTEGER NOT NULL,
    is_deleted INTEGER NOT NULL,
    changed INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX ledger_packs_changed ON ledger_packs (changed);

CREATE TABLE ledger_extents (
    pack TEXT NOT NULL REFERENCES ledger_packs,
    start_bytes INTEGER NOT NULL,
    end_bytes INTEGER NOT NULL,
    object_key TEXT,
    bytes BLOB,
    PRIMARY KEY (pack, start_bytes)
);
CREATE UNIQUE INDEX ledger_extents_key ON ledger_extents (object_key) WHERE object_key IS NOT NULL;
CREATE INDEX ledger_extents_here ON ledger_extents (pack) WHERE object_key IS NULL;

CREATE TABLE ledger_writers (
    writer TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    until_ms INTEGER NOT NULL,
    PRIMARY KEY (writer, epoch)
) WITHOUT ROWID;

CREATE TABLE ledger_swept (
    object_key TEXT PRIMARY KEY,
    swept_ms INTEGER NOT NULL
) WITHOUT ROWID;
