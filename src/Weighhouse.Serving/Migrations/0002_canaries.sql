-- Why somebody, or something, made a change; NULL when nobody said.
ALTER TABLE serving_deployment_events ADD COLUMN reason TEXT;

-- At most one runs for a deployment. Ended ones stay: what decided is asked for later.
CREATE TABLE serving_canaries (
    canary_no INTEGER PRIMARY KEY AUTOINCREMENT,
    deployment_no INTEGER NOT NULL REFERENCES serving_deployments,
    -- running, undecided, promoted, rolled_back, stopped
    state TEXT NOT NULL,
    plan_json TEXT NOT NULL,
    -- The event whose routes were in effect before: to take the candidate back is to go back there.
    base_event_no INTEGER NOT NULL REFERENCES serving_deployment_events,
    step INTEGER NOT NULL,
    began_ms INTEGER NOT NULL,
    step_ms INTEGER NOT NULL,
    ended_ms INTEGER,
    -- From how many microseconds an answer is slow; NULL while that is not known.
    slow_us INTEGER,
    outlook TEXT NOT NULL,
    user_name TEXT NOT NULL
);
CREATE UNIQUE INDEX serving_canaries_running ON serving_canaries (deployment_no) WHERE ended_ms IS NULL;
CREATE INDEX serving_canaries_deployment ON serving_canaries (deployment_no, canary_no);

-- What each replica has counted since it began to, each row replaced by its next; outcomes have a replica of their own name.
CREATE TABLE serving_canary_counts (
    canary_no INTEGER NOT NULL REFERENCES serving_canaries,
    replica TEXT NOT NULL,
    step INTEGER NOT NULL,
    is_candidate INTEGER NOT NULL,
    requests INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    timed INTEGER NOT NULL,
    slow INTEGER NOT NULL,
    judged INTEGER NOT NULL,
    wrong INTEGER NOT NULL,
    PRIMARY KEY (canary_no, replica, step, is_candidate)
);
