-- Times are milliseconds since 1970, by the database's clock. What each table is: docs/formats/remote-packs.md.
CREATE TABLE ledger_store (
    only_row BIGINT PRIMARY KEY CHECK (only_row = 1),
    name TEXT COLLATE "C" NOT NULL,
    epoch BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    state BYTEA NOT NULL,
    collector TEXT COLLATE "C" NOT NULL,
    collector_until_ms BIGINT NOT NULL
);

CREATE TABLE ledger_packs (
    pack TEXT COLLATE "C" PRIMARY KEY,
    kind BIGINT NOT NULL,
    epoch BIGINT NOT NULL,
    writer TEXT COLLATE "C" NOT NULL,
    end_bytes BIGINT NOT NULL,
    is_left BIGINT NOT NULL,
    is_deleted BIGINT NOT NULL,
    changed BIGINT NOT NULL
);
CREATE INDEX ledger_packs_changed ON ledger_packs (changed);

CREATE TABLE ledger_extents (
    pack TEXT COLLATE "C" NOT NULL REFERENCES ledger_packs,
    start_bytes BIGINT NOT NULL,
    end_bytes BIGINT NOT NULL,
    object_key TEXT COLLATE "C",
    bytes BYTEA,
    PRIMARY KEY (pack, start_bytes)
);
CREATE UNIQUE INDEX ledger_extents_key ON ledger_extents (object_key) WHERE object_key IS NOT NULL;
CREATE INDEX ledger_extents_here ON ledger_extents (pack) WHERE object_key IS NULL;

CREATE TABLE ledger_writers (
    writer TEXT COLLATE "C" NOT NULL,
    epoch BIGINT NOT NULL,
    until_ms BIGINT NOT NULL,
    PRIMARY KEY (writer, epoch)
);

CREATE TABLE ledger_swept (
    object_key TEXT COLLATE "C" PRIMARY KEY,
    swept_ms BIGINT NOT NULL
);
