-- docs/formats/metric-points.md describes the blobs and the columns named ..._order.
-- New points, a segment for each series a request touches; the compactor folds them into blocks.
CREATE TABLE tracking_metric_tail (
    tail_no INTEGER PRIMARY KEY AUTOINCREMENT,
    run_no INTEGER NOT NULL,
    key_no INTEGER NOT NULL,
    point_count INTEGER NOT NULL,
    points BLOB NOT NULL
);
-- The count is in the index so that looking for series worth compacting reads no points.
CREATE INDEX tracking_metric_tail_series ON tracking_metric_tail (run_no, key_no, tail_no, point_count);

-- Compacted points by (step, time, value). No two blocks of a series overlap in that order.
CREATE TABLE tracking_metric_blocks (
    block_no INTEGER PRIMARY KEY AUTOINCREMENT,
    run_no INTEGER NOT NULL,
    key_no INTEGER NOT NULL,
    first_step INTEGER NOT NULL,
    first_ms INTEGER NOT NULL,
    first_order INTEGER NOT NULL,
    last_step INTEGER NOT NULL,
    last_ms INTEGER NOT NULL,
    last_order INTEGER NOT NULL,
    low_ms INTEGER NOT NULL,
    high_ms INTEGER NOT NULL,
    point_count INTEGER NOT NULL,
    points BLOB NOT NULL
);
CREATE INDEX tracking_metric_blocks_series ON tracking_metric_blocks (run_no, key_no, first_step, first_ms, first_order);

-- A block's minima and maxima, apart from its points so that a far zoom never reads them.
CREATE TABLE tracking_metric_pyramids (
    block_no INTEGER PRIMARY KEY REFERENCES tracking_metric_blocks,
    run_no INTEGER NOT NULL,
    key_no INTEGER NOT NULL,
    first_step INTEGER NOT NULL,
    last_step INTEGER NOT NULL,
    last_ms INTEGER NOT NULL,
    last_order INTEGER NOT NULL,
    coarse_level INTEGER NOT NULL,
    fine_level INTEGER NOT NULL,
    coarse BLOB NOT NULL,
    fine BLOB NOT NULL
);
CREATE INDEX tracking_metric_pyramids_series ON tracking_metric_pyramids (run_no, key_no, first_step);
