-- +goose Up
-- Pledges of things, work and teaching beside money, by persons, families and organisations, once or each month.
CREATE TABLE pledges_next (
    id            integer PRIMARY KEY AUTOINCREMENT,
    code          text NOT NULL,
    version       integer NOT NULL,
    campaign_id   bigint NOT NULL REFERENCES campaigns (id),
    fund          text NOT NULL CHECK (fund IN ('vi_ngheo', 'cuu_tro', 'khac')),
    area          text NOT NULL,
    amount        bigint NOT NULL CHECK (amount >= 0),
    received      bigint NOT NULL DEFAULT 0 CHECK (received >= 0),
    name          text NOT NULL DEFAULT '',
    state         text NOT NULL CHECK (state IN ('promised', 'part', 'received', 'cancelled')),
    kind          text NOT NULL DEFAULT 'money' CHECK (kind IN ('money', 'goods', 'labour', 'skill')),
    what          text NOT NULL DEFAULT '',
    bring_on      date,
    months        integer NOT NULL DEFAULT 1 CHECK (months >= 1),
    nth           integer NOT NULL DEFAULT 1 CHECK (nth >= 1),
    series        text NOT NULL DEFAULT '',
    given_as      text NOT NULL DEFAULT '' CHECK (given_as IN ('', 'person', 'family', 'organisation')),
    heads         integer NOT NULL DEFAULT 0 CHECK (heads >= 0),
    phone         text NOT NULL DEFAULT '',
    need_id       bigint REFERENCES needs (id),
    offer_id      bigint REFERENCES offers (id),
    person_id     bigint NOT NULL REFERENCES people (id),
    contact       text NOT NULL,
    created_at    datetime NOT NULL,
    valid_from    datetime NOT NULL,
    superseded_at datetime,
    UNIQUE (code, version),
    CHECK ((kind = 'money') = (amount > 0))
);
INSERT INTO pledges_next (id, code, version, campaign_id, fund, area, amount, received, name, state, person_id, contact, created_at, valid_from, superseded_at)
    SELECT id, code, version, campaign_id, fund, area, amount, received, name, state, person_id, contact, created_at, valid_from, superseded_at FROM pledges;
DROP TABLE pledges;
ALTER TABLE pledges_next RENAME TO pledges;
CREATE UNIQUE INDEX pledges_now ON pledges (code) WHERE superseded_at IS NULL;
CREATE INDEX pledges_by_person ON pledges (person_id, id) WHERE superseded_at IS NULL;
CREATE INDEX pledges_by_campaign ON pledges (campaign_id, kind, bring_on) WHERE superseded_at IS NULL;
CREATE TABLE pledge_items (
    code    text NOT NULL,
    version integer NOT NULL,
    n       integer NOT NULL,
    qty     bigint NOT NULL CHECK (qty > 0),
    unit    text NOT NULL DEFAULT '',
    name    text NOT NULL,
    value   bigint NOT NULL DEFAULT 0 CHECK (value >= 0),
    PRIMARY KEY (code, version, n),
    FOREIGN KEY (code, version) REFERENCES pledges (code, version)
);
ALTER TABLE campaigns ADD COLUMN goods text NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE campaigns DROP COLUMN goods;
DROP TABLE pledge_items;
