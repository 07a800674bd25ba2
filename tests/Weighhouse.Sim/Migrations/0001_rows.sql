CREATE TABLE sim_rows (
    unit BIGINT NOT NULL,
    row_no BIGINT NOT NULL,
    rows_of_unit BIGINT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (unit, row_no)
);
