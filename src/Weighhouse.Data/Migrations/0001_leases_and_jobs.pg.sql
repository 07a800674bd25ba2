-- The functions that SQLite gets from the program, so that one text of a search serves both engines.
DO $$
BEGIN
    CREATE FUNCTION fold(value TEXT) RETURNS TEXT LANGUAGE SQL IMMUTABLE STRICT PARALLEL SAFE
        AS 'SELECT lower(value COLLATE "und-x-icu") COLLATE "C"';
EXCEPTION WHEN undefined_object THEN
    -- A server built without ICU folds as its default collation does.
    CREATE FUNCTION fold(value TEXT) RETURNS TEXT LANGUAGE SQL IMMUTABLE STRICT PARALLEL SAFE
        AS 'SELECT lower(value COLLATE "default") COLLATE "C"';
END
$$;

CREATE FUNCTION regexp(pattern TEXT, value TEXT) RETURNS BOOLEAN LANGUAGE SQL IMMUTABLE STRICT PARALLEL SAFE
    AS 'SELECT value ~ pattern';

-- The clock of leases and jobs is the database's, so that replicas whose clocks differ agree.
CREATE FUNCTION clock_ms() RETURNS BIGINT LANGUAGE SQL VOLATILE PARALLEL SAFE
    AS 'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::BIGINT';

CREATE TABLE data_leases (
    name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    holder TEXT COLLATE "C" NOT NULL,
    fence BIGINT NOT NULL,
    expires_ms BIGINT NOT NULL
);

-- state: 0 waits, 1 runs, 2 failed for good. A job that succeeded is gone.
CREATE TABLE data_jobs (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind TEXT COLLATE "C" NOT NULL,
    payload TEXT COLLATE "C" NOT NULL,
    unique_key TEXT COLLATE "C",
    state BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    fence BIGINT NOT NULL,
    due_ms BIGINT NOT NULL,
    lease_until_ms BIGINT NOT NULL,
    enqueued_ms BIGINT NOT NULL,
    changed_ms BIGINT NOT NULL,
    error TEXT COLLATE "C"
);

CREATE UNIQUE INDEX data_jobs_waiting_key ON data_jobs (kind, unique_key) WHERE state = 0 AND unique_key IS NOT NULL;
CREATE INDEX data_jobs_running_key ON data_jobs (kind, unique_key) WHERE state = 1 AND unique_key IS NOT NULL;
CREATE INDEX data_jobs_due ON data_jobs (due_ms, id) WHERE state = 0;
CREATE INDEX data_jobs_lease ON data_jobs (lease_until_ms) WHERE state = 1;
CREATE INDEX data_jobs_failed ON data_jobs (id) WHERE state = 2;
