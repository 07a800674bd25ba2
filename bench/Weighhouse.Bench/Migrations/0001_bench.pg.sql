CREATE TABLE bench_points (
    run BIGINT NOT NULL,
    key BIGINT NOT NULL,
    step BIGINT NOT NULL,
    time_ms BIGINT NOT NULL,
    value DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (run, key, step)
);

CREATE TABLE bench_tags (
    run BIGINT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    text TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (run, name)
);
