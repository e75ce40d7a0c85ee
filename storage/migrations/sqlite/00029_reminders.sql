-- +goose Up
-- What people asked to be reminded of, for themselves.
CREATE TABLE reminders (
    id         integer PRIMARY KEY AUTOINCREMENT,
    person_id  bigint NOT NULL REFERENCES people (id),
    contact    text NOT NULL,
    words      text NOT NULL,
    rule       text NOT NULL,
    clock      text NOT NULL,
    next_at    datetime,
    again_at   datetime,
    due_at     datetime,
    version    integer NOT NULL DEFAULT 1,
    status     text NOT NULL CHECK (status IN ('open', 'told', 'done', 'stopped')),
    created_at datetime NOT NULL,
    told_at    datetime,
    ended_at   datetime
);
CREATE INDEX reminders_due ON reminders (due_at) WHERE status = 'open';
CREATE INDEX reminders_by_person ON reminders (person_id, id);

-- +goose Down
DROP TABLE reminders;
