-- +goose Up
-- The years for which a commune's list of classes was imported: until then nobody is told that they are not on it.
CREATE TABLE review_years (
    area     text NOT NULL,
    year     integer NOT NULL,
    first_at datetime NOT NULL,
    PRIMARY KEY (area, year)
);
INSERT INTO review_years (area, year, first_at)
    SELECT substr(h.area, 1, instr(h.area, '/') + instr(substr(h.area, instr(h.area, '/') + 1), '/') - 1), c.year, min(c.created_at)
    FROM classifications c JOIN households h ON h.id = c.household_id GROUP BY 1, 2;

-- Cards by which a person becomes one of a household's; only a keyed hash of the code is kept.
CREATE TABLE cards (
    id           integer PRIMARY KEY AUTOINCREMENT,
    code_hash    text NOT NULL UNIQUE,
    household_id bigint NOT NULL REFERENCES households (id),
    area         text NOT NULL,
    made_by      bigint NOT NULL REFERENCES people (id),
    created_at   datetime NOT NULL,
    expires_at   datetime NOT NULL,
    used_at      datetime,
    used_by      bigint REFERENCES people (id)
);
CREATE INDEX cards_by_household ON cards (household_id);

-- The short code that a contact typed last.
CREATE TABLE code_opens (
    contact text PRIMARY KEY,
    kind    text NOT NULL,
    ref     bigint NOT NULL,
    at      datetime NOT NULL
);
CREATE INDEX invite_tries_by_time ON invite_tries (at);

CREATE TABLE household_links (
    id           integer PRIMARY KEY AUTOINCREMENT,
    household_id bigint NOT NULL REFERENCES households (id),
    person_id    bigint NOT NULL REFERENCES people (id),
    contact      text NOT NULL,
    card_id      bigint NOT NULL REFERENCES cards (id),
    helper       boolean NOT NULL DEFAULT false,
    several      boolean NOT NULL DEFAULT false,
    created_at   datetime NOT NULL,
    ended_at     datetime,
    ended_by     bigint REFERENCES people (id)
);
CREATE UNIQUE INDEX household_links_in_force ON household_links (household_id, person_id) WHERE ended_at IS NULL;
CREATE INDEX household_links_by_person ON household_links (person_id) WHERE ended_at IS NULL;

-- What people answered when they were asked about their data.
CREATE TABLE consents (
    id           integer PRIMARY KEY AUTOINCREMENT,
    person_id    bigint NOT NULL REFERENCES people (id),
    household_id bigint REFERENCES households (id),
    purpose      text NOT NULL,
    version      integer NOT NULL,
    hash         text NOT NULL,
    agreed       boolean NOT NULL,
    how          text NOT NULL,
    channel      text NOT NULL DEFAULT '',
    contact      text NOT NULL DEFAULT '',
    entered_by   bigint NOT NULL REFERENCES people (id),
    at           datetime NOT NULL,
    withdrawn_at datetime
);
CREATE INDEX consents_by_person ON consents (person_id, purpose);

-- What households said about entries.
CREATE TABLE help_answers (
    id            integer PRIMARY KEY AUTOINCREMENT,
    code          text NOT NULL,
    version       integer NOT NULL,
    household_id  bigint NOT NULL REFERENCES households (id),
    person_id     bigint NOT NULL REFERENCES people (id),
    contact       text NOT NULL,
    answer        text NOT NULL CHECK (answer IN ('received', 'missing', 'wrong')),
    missing       text NOT NULL DEFAULT '',
    words         text NOT NULL DEFAULT '',
    helper        boolean NOT NULL DEFAULT false,
    several       boolean NOT NULL DEFAULT false,
    shared        boolean NOT NULL DEFAULT false,
    at            datetime NOT NULL,
    superseded_at datetime
);
CREATE UNIQUE INDEX help_answers_in_force ON help_answers (code, version) WHERE superseded_at IS NULL;
CREATE INDEX help_answers_by_person ON help_answers (person_id, id) WHERE superseded_at IS NULL;

-- Since when, and why, nobody of a household is written to.
ALTER TABLE households ADD COLUMN quiet_at datetime;
ALTER TABLE households ADD COLUMN quiet_why text NOT NULL DEFAULT '';

CREATE TABLE visits (
    id           integer PRIMARY KEY AUTOINCREMENT,
    household_id bigint NOT NULL REFERENCES households (id),
    person_id    bigint NOT NULL REFERENCES people (id),
    visited_on   date NOT NULL,
    note         text NOT NULL,
    created_at   datetime NOT NULL
);
CREATE INDEX visits_by_household ON visits (household_id, visited_on);

-- Households that somebody proposed for a group's list.
CREATE TABLE proposals (
    id         integer PRIMARY KEY AUTOINCREMENT,
    area       text NOT NULL,
    head       text NOT NULL,
    birth_year integer NOT NULL DEFAULT 0,
    second     text NOT NULL DEFAULT '',
    members    integer NOT NULL DEFAULT 0,
    why        text NOT NULL DEFAULT '',
    person_id  bigint NOT NULL REFERENCES people (id),
    contact    text NOT NULL,
    status     text NOT NULL,
    code       text NOT NULL DEFAULT '',
    created_at datetime NOT NULL,
    decided_at datetime,
    decided_by bigint REFERENCES people (id)
);
CREATE INDEX proposals_open ON proposals (area, id) WHERE status = 'open';

-- +goose Down
DROP TABLE proposals;
DROP TABLE visits;
ALTER TABLE households DROP COLUMN quiet_at;
ALTER TABLE households DROP COLUMN quiet_why;
DROP TABLE help_answers;
DROP TABLE consents;
DROP TABLE household_links;
DROP INDEX invite_tries_by_time;
DROP TABLE code_opens;
DROP TABLE cards;
DROP TABLE review_years;
