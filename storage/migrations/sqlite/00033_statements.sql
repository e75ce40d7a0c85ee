-- +goose Up
-- Statements of banks that were sent in a chat, to be read and then kept.
CREATE TABLE statements (
    id          integer PRIMARY KEY AUTOINCREMENT,
    person_id   bigint NOT NULL REFERENCES people (id),
    contact     text NOT NULL,
    account     text NOT NULL DEFAULT '',
    area        text NOT NULL,
    fund        text NOT NULL DEFAULT '',
    blob        text NOT NULL,
    status      text NOT NULL CHECK (status IN ('reading', 'read', 'keeping', 'kept', 'failed', 'dropped')),
    why         text NOT NULL DEFAULT '',
    said        text NOT NULL DEFAULT '',
    lines       integer NOT NULL DEFAULT 0,
    total       bigint NOT NULL DEFAULT 0,
    matched     integer NOT NULL DEFAULT 0,
    matched_sum bigint NOT NULL DEFAULT 0,
    amounts     integer NOT NULL DEFAULT 0,
    unclear     integer NOT NULL DEFAULT 0,
    unknown     integer NOT NULL DEFAULT 0,
    same        integer NOT NULL DEFAULT 0,
    out         integer NOT NULL DEFAULT 0,
    others      text NOT NULL DEFAULT '',
    bad         integer NOT NULL DEFAULT 0,
    bad_file    text NOT NULL DEFAULT '',
    off_row     integer NOT NULL DEFAULT 0,
    off_vnd     bigint NOT NULL DEFAULT 0,
    from_on     date,
    to_on       date,
    accepted    integer NOT NULL DEFAULT 0,
    created_at  datetime NOT NULL,
    owner       text NOT NULL DEFAULT '',
    lease_until datetime
);
CREATE INDEX statements_waiting ON statements (id) WHERE status IN ('reading', 'keeping');
CREATE INDEX statements_by_person ON statements (person_id, id);

-- +goose Down
DROP TABLE statements;
