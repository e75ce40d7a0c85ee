-- +goose Up
-- What admins changed of what is done by the clock. The row that has not ended is in force.
CREATE TABLE job_changes (
    id         integer PRIMARY KEY AUTOINCREMENT,
    job        text NOT NULL,
    cron       text NOT NULL DEFAULT '',
    paused     boolean NOT NULL DEFAULT false,
    changed_by bigint NOT NULL REFERENCES people (id),
    created_at datetime NOT NULL,
    ended_at   datetime
);
CREATE UNIQUE INDEX job_changes_now ON job_changes (job) WHERE ended_at IS NULL;

-- +goose Down
DROP TABLE job_changes;
