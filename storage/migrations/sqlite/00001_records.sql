-- +goose Up
-- Columns of times are declared datetime and date so that the driver reads them back as times.
CREATE TABLE areas (
    id          integer PRIMARY KEY AUTOINCREMENT,
    path        text NOT NULL CHECK (path <> ''),
    kind        text NOT NULL CHECK (kind IN ('city', 'commune', 'group')),
    code        text NOT NULL,
    name        text NOT NULL,
    label       text NOT NULL DEFAULT '',
    number      text NOT NULL DEFAULT '',
    valid_from  date NOT NULL,
    valid_to    date CHECK (valid_to >= valid_from),
    merged_into text NOT NULL DEFAULT '',
    created_at  datetime NOT NULL,
    updated_at  datetime NOT NULL
);
CREATE UNIQUE INDEX areas_in_force ON areas (path) WHERE valid_to IS NULL;
CREATE INDEX areas_by_code ON areas (code);

CREATE TABLE people (
    id         integer PRIMARY KEY AUTOINCREMENT,
    name       text NOT NULL DEFAULT '',
    address    text NOT NULL DEFAULT '',
    lang       text NOT NULL DEFAULT '',
    phone      text NOT NULL DEFAULT '',
    phone_hash text,
    created_at datetime NOT NULL,
    updated_at datetime NOT NULL
);
CREATE INDEX people_by_phone ON people (phone_hash) WHERE phone_hash IS NOT NULL;

CREATE TABLE contacts (
    key        text PRIMARY KEY,
    person_id  bigint NOT NULL REFERENCES people (id),
    channel    text NOT NULL DEFAULT '',
    bot        text NOT NULL DEFAULT '',
    address    text NOT NULL DEFAULT '',
    lang       text NOT NULL DEFAULT '',
    blocked    boolean NOT NULL DEFAULT false,
    seen_at    datetime NOT NULL,
    created_at datetime NOT NULL
);
CREATE INDEX contacts_by_person ON contacts (person_id);

CREATE TABLE invites (
    id         integer PRIMARY KEY AUTOINCREMENT,
    code_hash  text NOT NULL UNIQUE,
    role       text NOT NULL,
    area       text NOT NULL,
    created_by text NOT NULL,
    created_at datetime NOT NULL,
    expires_at datetime NOT NULL,
    used_at    datetime,
    used_by    bigint REFERENCES people (id)
);

CREATE TABLE invite_tries (
    id      integer PRIMARY KEY AUTOINCREMENT,
    contact text NOT NULL,
    at      datetime NOT NULL
);
CREATE INDEX invite_tries_by_contact ON invite_tries (contact, at);

CREATE TABLE roles (
    id         integer PRIMARY KEY AUTOINCREMENT,
    person_id  bigint NOT NULL REFERENCES people (id),
    name       text NOT NULL,
    area       text NOT NULL CHECK (area <> ''),
    valid_from datetime NOT NULL,
    valid_to   datetime CHECK (valid_to >= valid_from),
    invite_id  bigint REFERENCES invites (id)
);
CREATE UNIQUE INDEX roles_in_force ON roles (person_id, name, area) WHERE valid_to IS NULL;
CREATE INDEX roles_by_area ON roles (area, name) WHERE valid_to IS NULL;

CREATE TABLE households (
    id          integer PRIMARY KEY AUTOINCREMENT,
    natural_key text NOT NULL UNIQUE,
    code        text NOT NULL UNIQUE,
    area        text NOT NULL CHECK (area <> ''),
    head        text NOT NULL CHECK (head <> ''),
    birth_year  integer NOT NULL DEFAULT 0,
    nickname    text NOT NULL DEFAULT '',
    second      text NOT NULL DEFAULT '',
    official    text NOT NULL DEFAULT '',
    members     integer NOT NULL DEFAULT 0 CHECK (members >= 0),
    search      text NOT NULL,
    sort        text NOT NULL,
    sample      boolean NOT NULL DEFAULT false,
    ended_at    datetime,
    created_at  datetime NOT NULL,
    updated_at  datetime NOT NULL
);
CREATE INDEX households_by_area ON households (area, sort, id) WHERE ended_at IS NULL;

CREATE TABLE household_words (
    word         text NOT NULL,
    area         text NOT NULL,
    household_id bigint NOT NULL REFERENCES households (id) ON DELETE CASCADE,
    given        boolean NOT NULL,
    PRIMARY KEY (word, area, household_id)
) WITHOUT ROWID;
CREATE INDEX household_words_given ON household_words (word, area, household_id) WHERE given;
CREATE INDEX household_words_by_household ON household_words (household_id);

CREATE TABLE household_uses (
    person_id    bigint NOT NULL REFERENCES people (id),
    household_id bigint NOT NULL REFERENCES households (id) ON DELETE CASCADE,
    used_at      datetime NOT NULL,
    PRIMARY KEY (person_id, household_id)
);

CREATE TABLE household_flags (
    id           integer PRIMARY KEY AUTOINCREMENT,
    household_id bigint NOT NULL REFERENCES households (id) ON DELETE CASCADE,
    flag         text NOT NULL,
    valid_from   datetime NOT NULL,
    valid_to     datetime
);
CREATE UNIQUE INDEX household_flags_in_force ON household_flags (household_id, flag) WHERE valid_to IS NULL;

CREATE TABLE classifications (
    id               integer PRIMARY KEY AUTOINCREMENT,
    household_id     bigint NOT NULL REFERENCES households (id) ON DELETE CASCADE,
    year             integer NOT NULL,
    standard_version text NOT NULL,
    class            text NOT NULL,
    decision_no      text NOT NULL DEFAULT '',
    decision_date    date,
    valid_from       date NOT NULL,
    valid_to         date,
    source           text NOT NULL DEFAULT '',
    created_at       datetime NOT NULL,
    UNIQUE (household_id, year, standard_version, decision_no, class)
);

-- An entry, its code, its batch, its items and its photos are written together in one transaction, in quantity: checking each
-- against the others would cost more than writing them.
CREATE TABLE codes (
    code text PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('entry', 'batch'))
);

CREATE TABLE help_batches (
    code       text PRIMARY KEY,
    author_id  bigint NOT NULL REFERENCES people (id),
    entries    integer NOT NULL CHECK (entries > 0),
    created_at datetime NOT NULL
);

CREATE TABLE help (
    code          text NOT NULL,
    version       integer NOT NULL CHECK (version > 0),
    batch_code    text NOT NULL DEFAULT '',
    place         integer NOT NULL DEFAULT 0,
    household_id  bigint NOT NULL REFERENCES households (id),
    area          text NOT NULL,
    kind          text NOT NULL,
    money         bigint NOT NULL CHECK (money BETWEEN 0 AND 100000000000),
    giver_kind    text NOT NULL,
    giver         text NOT NULL DEFAULT '',
    given_on      date NOT NULL,
    consent       text NOT NULL DEFAULT '',
    note          text NOT NULL DEFAULT '',
    source        text NOT NULL DEFAULT '',
    author_id     bigint NOT NULL REFERENCES people (id),
    contact       text NOT NULL,
    created_at    datetime NOT NULL,
    saved_at      datetime NOT NULL,
    superseded_at datetime,
    voided_at     datetime,
    voided_by     bigint REFERENCES people (id),
    void_reason   text NOT NULL DEFAULT '',
    PRIMARY KEY (code, version)
);
CREATE UNIQUE INDEX help_in_force ON help (code) WHERE superseded_at IS NULL;
CREATE INDEX help_by_household ON help (household_id, kind, given_on) WHERE superseded_at IS NULL;
CREATE INDEX help_by_author ON help (author_id, created_at, code) WHERE superseded_at IS NULL AND place = 0;
CREATE INDEX help_by_batch ON help (batch_code, place) WHERE batch_code <> '';
CREATE INDEX help_by_area ON help (area, given_on) WHERE superseded_at IS NULL;

CREATE TABLE help_items (
    code    text NOT NULL,
    version integer NOT NULL,
    n       integer NOT NULL,
    qty     bigint NOT NULL CHECK (qty > 0),
    unit    text NOT NULL DEFAULT '',
    name    text NOT NULL,
    value   bigint NOT NULL DEFAULT 0 CHECK (value >= 0),
    PRIMARY KEY (code, version, n)
);

CREATE TABLE help_photos (
    code    text NOT NULL,
    version integer NOT NULL,
    n       integer NOT NULL,
    blob    text NOT NULL,
    PRIMARY KEY (code, version, n)
);

CREATE TABLE messages (
    id          integer PRIMARY KEY AUTOINCREMENT,
    dedupe      text NOT NULL UNIQUE,
    contact     text NOT NULL REFERENCES contacts (key),
    say         text NOT NULL,
    urgent      boolean NOT NULL DEFAULT false,
    ref         text NOT NULL DEFAULT '',
    status      text NOT NULL,
    reason      text NOT NULL DEFAULT '',
    owner       text NOT NULL DEFAULT '',
    lease_until datetime,
    attempts    integer NOT NULL DEFAULT 0,
    due_at      datetime NOT NULL,
    created_at  datetime NOT NULL,
    done_at     datetime
);
CREATE INDEX messages_waiting ON messages (due_at, id) WHERE status = 'waiting';
CREATE INDEX messages_by_ref ON messages (ref) WHERE ref <> '';

CREATE TABLE tasks (
    id         integer PRIMARY KEY AUTOINCREMENT,
    reason     text NOT NULL,
    area       text NOT NULL DEFAULT '',
    contact    text NOT NULL DEFAULT '',
    person_id  bigint REFERENCES people (id),
    flow       text NOT NULL DEFAULT '',
    step       text NOT NULL DEFAULT '',
    ref        text NOT NULL DEFAULT '',
    status     text NOT NULL,
    created_at datetime NOT NULL,
    done_at    datetime,
    done_by    bigint REFERENCES people (id)
);
CREATE INDEX tasks_open ON tasks (area, id) WHERE status = 'open';

CREATE TABLE applied_effects (
    contact text NOT NULL,
    form    text NOT NULL,
    n       integer NOT NULL,
    kind    text NOT NULL,
    hash    text NOT NULL,
    outcome text NOT NULL,
    at      datetime NOT NULL,
    PRIMARY KEY (contact, form, n)
) WITHOUT ROWID;

CREATE TABLE dead_letters (
    id      integer PRIMARY KEY AUTOINCREMENT,
    contact text NOT NULL,
    form    text NOT NULL,
    n       integer NOT NULL,
    kind    text NOT NULL,
    data    text NOT NULL,
    reason  text NOT NULL,
    at      datetime NOT NULL
);

CREATE TABLE audit_log (
    id        integer PRIMARY KEY AUTOINCREMENT,
    at        datetime NOT NULL,
    person_id bigint,
    contact   text NOT NULL DEFAULT '',
    actor     text NOT NULL DEFAULT '',
    action    text NOT NULL,
    subject   text NOT NULL DEFAULT '',
    area      text NOT NULL DEFAULT '',
    why       text NOT NULL DEFAULT ''
);
CREATE INDEX audit_log_by_subject ON audit_log (subject);

CREATE TABLE blobs (
    key        text PRIMARY KEY,
    kind       text NOT NULL,
    mime       text NOT NULL DEFAULT '',
    size       bigint NOT NULL,
    hash       text NOT NULL,
    data       blob NOT NULL,
    created_at datetime NOT NULL
);

-- +goose Down
DROP TABLE blobs;
DROP TABLE audit_log;
DROP TABLE dead_letters;
DROP TABLE applied_effects;
DROP TABLE tasks;
DROP TABLE messages;
DROP TABLE help_photos;
DROP TABLE help_items;
DROP TABLE help;
DROP TABLE help_batches;
DROP TABLE codes;
DROP TABLE classifications;
DROP TABLE household_flags;
DROP TABLE household_uses;
DROP TABLE household_words;
DROP TABLE households;
DROP TABLE roles;
DROP TABLE invite_tries;
DROP TABLE invites;
DROP TABLE contacts;
DROP TABLE people;
DROP TABLE areas;
