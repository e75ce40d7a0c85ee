-- +goose Up
-- Money that came in on the accounts of funds, as banks say it; each once.
CREATE TABLE transfers (
    id           integer PRIMARY KEY AUTOINCREMENT,
    account      text NOT NULL,
    area         text NOT NULL,
    fund         text NOT NULL CHECK (fund IN ('vi_ngheo', 'cuu_tro', 'khac')),
    on_day       date NOT NULL,
    amount       bigint NOT NULL CHECK (amount > 0),
    content      text NOT NULL DEFAULT '',
    reference    text NOT NULL DEFAULT '',
    mark         text NOT NULL UNIQUE,
    likeness     text NOT NULL,
    source       text NOT NULL,
    statement_id bigint,
    state        text NOT NULL CHECK (state IN ('matched', 'amount', 'unclear', 'unknown', 'accepted', 'aside')),
    why          text NOT NULL DEFAULT '',
    code         text NOT NULL DEFAULT '',
    maybe        text NOT NULL DEFAULT '',
    receipt      text NOT NULL DEFAULT '',
    decided_by   bigint REFERENCES people (id),
    decided_at   datetime,
    created_at   datetime NOT NULL
);
CREATE INDEX transfers_by_likeness ON transfers (likeness);
CREATE INDEX transfers_open ON transfers (area, id) WHERE state IN ('matched', 'amount', 'unclear', 'unknown');
CREATE INDEX transfers_by_code ON transfers (code) WHERE code <> '';
CREATE INDEX transfers_by_decider ON transfers (decided_by) WHERE decided_by IS NOT NULL;

-- +goose Down
DROP TABLE transfers;
