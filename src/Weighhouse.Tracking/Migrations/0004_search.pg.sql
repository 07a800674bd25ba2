-- Searches by a run's end or user, and orders by them. start_ms ends every order; lifecycle lets the index answer alone.
CREATE INDEX tracking_runs_ended ON tracking_runs (experiment_no, end_ms, start_ms, lifecycle, run_no);
CREATE INDEX tracking_runs_user ON tracking_runs (experiment_no, user_name, start_ms, lifecycle, run_no);
-- The few values that are longer than their head, which must be read themselves to be compared.
CREATE INDEX tracking_params_long ON tracking_params (experiment_no, key_no, run_no) WHERE length(head) = 200;
CREATE INDEX tracking_tags_long ON tracking_tags (experiment_no, key_no, run_no) WHERE length(head) = 200;
