-- +goose Up
-- What is done by the clock: since when each job is known, and its runs, one row for each time it was due.
CREATE TABLE jobs (
    name  text PRIMARY KEY,
    since timestamptz NOT NULL
);

CREATE TABLE runs (
    job         text NOT NULL REFERENCES jobs (name),
    slot        timestamptz NOT NULL,
    owner       text NOT NULL,
    lease_until timestamptz NOT NULL,
    tries       integer NOT NULL DEFAULT 1,
    wrote       integer NOT NULL DEFAULT 0,
    done_at     timestamptz,
    PRIMARY KEY (job, slot)
);

-- Since when a need waits for its answer, and when its leader was reminded and its ward told.
ALTER TABLE needs ADD COLUMN waits_from timestamptz;
ALTER TABLE needs ADD COLUMN reminded_at timestamptz;
ALTER TABLE needs ADD COLUMN raised_at timestamptz;
UPDATE needs SET waits_from = created_at;
CREATE INDEX needs_waiting ON needs (waits_from) WHERE status = 'received' AND raised_at IS NULL;

-- +goose Down
DROP INDEX needs_waiting;
ALTER TABLE needs DROP COLUMN raised_at;
ALTER TABLE needs DROP COLUMN reminded_at;
ALTER TABLE needs DROP COLUMN waits_from;
DROP TABLE runs;
DROP TABLE jobs;
