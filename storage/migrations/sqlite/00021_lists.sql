-- +goose Up
-- Lists of households that officers sent in a chat, to be looked through and then imported.
CREATE TABLE lists (
    id          integer PRIMARY KEY AUTOINCREMENT,
    person_id   bigint NOT NULL REFERENCES people (id),
    contact     text NOT NULL,
    area        text NOT NULL,
    blob        text NOT NULL,
    status      text NOT NULL CHECK (status IN ('checking', 'checked', 'importing', 'done', 'failed', 'dropped')),
    why         text NOT NULL DEFAULT '',
    done_rows   integer NOT NULL DEFAULT 0,
    added       integer NOT NULL DEFAULT 0,
    changed     integer NOT NULL DEFAULT 0,
    same        integer NOT NULL DEFAULT 0,
    bad         integer NOT NULL DEFAULT 0,
    classified  integer NOT NULL DEFAULT 0,
    years       text NOT NULL DEFAULT '',
    decisions   text NOT NULL DEFAULT '',
    bad_file    text NOT NULL DEFAULT '',
    created_at  datetime NOT NULL,
    owner       text NOT NULL DEFAULT '',
    lease_until datetime
);
CREATE INDEX lists_waiting ON lists (id) WHERE status IN ('checking', 'importing');
CREATE INDEX lists_by_person ON lists (person_id, id);

-- +goose Down
DROP TABLE lists;
