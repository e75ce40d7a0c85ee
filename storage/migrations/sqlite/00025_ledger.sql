-- +goose Up
-- The books of each fund: a journal that is only added to, and what comes of it.
CREATE TABLE books (
    id           integer PRIMARY KEY AUTOINCREMENT,
    area         text NOT NULL,
    fund         text NOT NULL CHECK (fund IN ('vi_ngheo', 'cuu_tro', 'khac')),
    currency     text NOT NULL,
    entries      bigint NOT NULL DEFAULT 0,
    head         text NOT NULL DEFAULT '',
    closed_until date,
    created_at   datetime NOT NULL,
    UNIQUE (area, fund, currency)
);
CREATE TABLE journal (
    id        integer PRIMARY KEY AUTOINCREMENT,
    book_id   bigint NOT NULL REFERENCES books (id),
    no        bigint NOT NULL,
    kind      text NOT NULL,
    on_day    date NOT NULL,
    ref       text NOT NULL DEFAULT '',
    paper     text NOT NULL DEFAULT '',
    reverses  bigint,
    person_id bigint NOT NULL REFERENCES people (id),
    contact   text NOT NULL,
    at        datetime NOT NULL,
    hash      text NOT NULL,
    UNIQUE (book_id, no),
    UNIQUE (book_id, reverses)
);
CREATE INDEX journal_by_person ON journal (person_id);
CREATE TABLE journal_lines (
    entry_id bigint NOT NULL REFERENCES journal (id),
    n        integer NOT NULL,
    account  text NOT NULL,
    ref      text NOT NULL DEFAULT '',
    item     text NOT NULL DEFAULT '',
    unit     text NOT NULL,
    amount   bigint NOT NULL CHECK (amount <> 0),
    PRIMARY KEY (entry_id, n)
);
CREATE TABLE balances (
    book_id bigint NOT NULL REFERENCES books (id),
    account text NOT NULL,
    ref     text NOT NULL DEFAULT '',
    item    text NOT NULL DEFAULT '',
    unit    text NOT NULL,
    amount  bigint NOT NULL CHECK (amount >= 0),
    PRIMARY KEY (book_id, account, ref, item, unit)
);
CREATE TABLE receipts (
    id          integer PRIMARY KEY AUTOINCREMENT,
    code        text NOT NULL UNIQUE,
    book_id     bigint NOT NULL REFERENCES books (id),
    entry_no    bigint NOT NULL,
    campaign_id bigint REFERENCES campaigns (id),
    pledge      text NOT NULL DEFAULT '',
    amount      bigint NOT NULL CHECK (amount >= 0),
    way         text NOT NULL DEFAULT '',
    paper       text NOT NULL DEFAULT '',
    on_day      date NOT NULL,
    name        text NOT NULL DEFAULT '',
    source_kind text NOT NULL DEFAULT '',
    source_key  text NOT NULL DEFAULT '',
    person_id   bigint NOT NULL REFERENCES people (id),
    contact     text NOT NULL,
    created_at  datetime NOT NULL,
    reversed_at datetime,
    UNIQUE (book_id, entry_no)
);
CREATE UNIQUE INDEX receipts_by_source ON receipts (source_kind, source_key) WHERE source_kind <> '' AND reversed_at IS NULL;
CREATE UNIQUE INDEX receipts_by_paper ON receipts (book_id, paper) WHERE paper <> '' AND reversed_at IS NULL;
CREATE INDEX receipts_by_pledge ON receipts (pledge) WHERE pledge <> '';
CREATE INDEX receipts_by_person ON receipts (person_id);
CREATE TABLE pledges_next (
    id            integer PRIMARY KEY AUTOINCREMENT,
    code          text NOT NULL,
    version       integer NOT NULL,
    campaign_id   bigint NOT NULL REFERENCES campaigns (id),
    fund          text NOT NULL CHECK (fund IN ('vi_ngheo', 'cuu_tro', 'khac')),
    area          text NOT NULL,
    amount        bigint NOT NULL CHECK (amount > 0),
    received      bigint NOT NULL DEFAULT 0 CHECK (received >= 0),
    name          text NOT NULL DEFAULT '',
    state         text NOT NULL CHECK (state IN ('promised', 'part', 'received', 'cancelled')),
    person_id     bigint NOT NULL REFERENCES people (id),
    contact       text NOT NULL,
    created_at    datetime NOT NULL,
    valid_from    datetime NOT NULL,
    superseded_at datetime,
    UNIQUE (code, version)
);
INSERT INTO pledges_next (id, code, version, campaign_id, fund, area, amount, name, state, person_id, contact, created_at, valid_from, superseded_at)
    SELECT id, code, version, campaign_id, fund, area, amount, name, state, person_id, contact, created_at, valid_from, superseded_at FROM pledges;
DROP TABLE pledges;
ALTER TABLE pledges_next RENAME TO pledges;
CREATE UNIQUE INDEX pledges_now ON pledges (code) WHERE superseded_at IS NULL;
CREATE INDEX pledges_by_person ON pledges (person_id, id) WHERE superseded_at IS NULL;

-- +goose Down
DROP TABLE receipts;
DROP TABLE balances;
DROP TABLE journal_lines;
DROP TABLE journal;
DROP TABLE books;
