-- +goose Up
-- People locked on all their chats, a phone being lost, and what was found of what was entered since.
CREATE TABLE person_locks (
    id          integer PRIMARY KEY AUTOINCREMENT,
    person_id   bigint NOT NULL REFERENCES people (id),
    since       datetime NOT NULL,
    locked_by   bigint NOT NULL REFERENCES people (id),
    locked_at   datetime NOT NULL,
    unlocked_at datetime,
    unlocked_by bigint REFERENCES people (id)
);
CREATE INDEX person_locks_by_person ON person_locks (person_id);

CREATE TABLE lock_reviews (
    lock_id bigint NOT NULL REFERENCES person_locks (id),
    kind    text NOT NULL,
    ref     text NOT NULL,
    verdict text NOT NULL CHECK (verdict IN ('right', 'void')),
    by      bigint NOT NULL REFERENCES people (id),
    at      datetime NOT NULL,
    PRIMARY KEY (lock_id, kind, ref)
);

-- Whom an invite lets back.
ALTER TABLE invites ADD COLUMN for_person bigint REFERENCES people (id);

-- What is handed over when a role ends: what the books know as it was then, and what those who leave, follow and see to it say.
CREATE TABLE handovers (
    id           integer PRIMARY KEY AUTOINCREMENT,
    role_id      bigint NOT NULL REFERENCES roles (id),
    role         text NOT NULL,
    area         text NOT NULL,
    person_id    bigint NOT NULL REFERENCES people (id),
    successor_id bigint REFERENCES people (id),
    started_by   bigint NOT NULL REFERENCES people (id),
    tasks        integer NOT NULL DEFAULT 0,
    needs        integer NOT NULL DEFAULT 0,
    unanswered   integer NOT NULL DEFAULT 0,
    cash         bigint CHECK (cash >= 0),
    goods        text NOT NULL DEFAULT '',
    status       text NOT NULL CHECK (status IN ('open', 'done', 'disputed')),
    created_at   datetime NOT NULL,
    closed_at    datetime
);
CREATE INDEX handovers_open ON handovers (area, id) WHERE status = 'open';
CREATE TABLE handover_answers (
    handover_id bigint NOT NULL REFERENCES handovers (id),
    side        text NOT NULL CHECK (side IN ('leaving', 'successor', 'front')),
    agreed      boolean NOT NULL,
    words       text NOT NULL DEFAULT '',
    person_id   bigint NOT NULL REFERENCES people (id),
    at          datetime NOT NULL,
    PRIMARY KEY (handover_id, side)
);

-- +goose Down
DROP TABLE handover_answers;
DROP TABLE handovers;
ALTER TABLE invites DROP COLUMN for_person;
DROP TABLE lock_reviews;
DROP TABLE person_locks;
