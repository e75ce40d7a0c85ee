-- +goose Up
-- Money that was promised; a row for each version of a promise.
CREATE TABLE pledges (
    id            integer PRIMARY KEY AUTOINCREMENT,
    code          text NOT NULL,
    version       integer NOT NULL,
    campaign_id   bigint NOT NULL REFERENCES campaigns (id),
    fund          text NOT NULL CHECK (fund IN ('vi_ngheo', 'cuu_tro', 'khac')),
    area          text NOT NULL,
    amount        bigint NOT NULL CHECK (amount > 0),
    name          text NOT NULL DEFAULT '',
    state         text NOT NULL CHECK (state IN ('promised', 'cancelled')),
    person_id     bigint NOT NULL REFERENCES people (id),
    contact       text NOT NULL,
    created_at    datetime NOT NULL,
    valid_from    datetime NOT NULL,
    superseded_at datetime,
    UNIQUE (code, version)
);
CREATE UNIQUE INDEX pledges_now ON pledges (code) WHERE superseded_at IS NULL;
CREATE INDEX pledges_by_person ON pledges (person_id, id) WHERE superseded_at IS NULL;

-- +goose Down
DROP TABLE pledges;
