-- docs/formats/metric-points.md describes the blobs.
-- New points, a segment for each series a request touches; the compactor folds them into blocks.
CREATE TABLE tracking_metric_tail (
    tail_no INTEGER PRIMARY KEY AUTOINCREMENT,
    run_no INTEGER NOT NULL,
    key_no INTEGER NOT NULL,
    point_count INTEGER NOT NULL,
    points BLOB NOT NULL
);
CREATE INDEX tracking_metric_tail_series ON tracking_metric_tail (run_no, key_no, tail_no);

-- Compacted points by (step, time, value); blocks of a series overlap at most in one step.
CREATE TABLE tracking_metric_blocks (
    block_no INTEGER PRIMARY KEY AUTOINCREMENT,
    run_no INTEGER NOT NULL,
    key_no INTEGER NOT NULL,
    first_step INTEGER NOT NULL,
    last_step INTEGER NOT NULL,
    first_ms INTEGER NOT NULL,
    last_ms INTEGER NOT NULL,
    point_count INTEGER NOT NULL,
    points BLOB NOT NULL
);
CREATE INDEX tracking_metric_blocks_series ON tracking_metric_blocks (run_no, key_no, first_step, block_no);

-- The block's dyadic minima and maxima, apart from its points so that a far zoom never reads them.
CREATE TABLE tracking_metric_pyramids (
    block_no INTEGER PRIMARY KEY REFERENCES tracking_metric_blocks,
    run_no INTEGER NOT NULL,
    key_no INTEGER NOT NULL,
    first_step INTEGER NOT NULL,
    last_step INTEGER NOT NULL,
    pyramid BLOB NOT NULL
);
CREATE INDEX tracking_metric_pyramids_series ON tracking_metric_pyramids (run_no, key_no, first_step);
