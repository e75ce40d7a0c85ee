-- +goose Up
-- What people ask about their own data that cannot be done at once, and until when the law wants it done.
CREATE TABLE data_requests (
    id           integer PRIMARY KEY AUTOINCREMENT,
    person_id    bigint NOT NULL REFERENCES people (id),
    contact      text NOT NULL,
    household_id bigint REFERENCES households (id),
    kind         text NOT NULL CHECK (kind IN ('correct', 'restrict', 'delete', 'complain')),
    words        text NOT NULL,
    task_id      bigint NOT NULL REFERENCES tasks (id),
    status       text NOT NULL CHECK (status IN ('open', 'done', 'gone')),
    created_at   datetime NOT NULL,
    due_on       date NOT NULL,
    extended_why text NOT NULL DEFAULT '',
    answer       text NOT NULL DEFAULT '',
    done_at      datetime,
    done_by      bigint REFERENCES people (id)
);
CREATE INDEX data_requests_open ON data_requests (due_on) WHERE status = 'open';
CREATE INDEX data_requests_by_person ON data_requests (person_id);
CREATE INDEX data_requests_by_task ON data_requests (task_id);

-- Since when somebody is forgotten.
ALTER TABLE people ADD COLUMN erased_at datetime;

-- Whether a household was put on the list in a chat, and not by the ward's own list.
ALTER TABLE households ADD COLUMN proposed boolean NOT NULL DEFAULT false;
UPDATE households SET proposed = true WHERE code IN (SELECT code FROM proposals WHERE code <> '');

-- +goose Down
ALTER TABLE households DROP COLUMN proposed;
ALTER TABLE people DROP COLUMN erased_at;
DROP TABLE data_requests;
