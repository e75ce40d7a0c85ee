-- +goose Up
-- Help that somebody offers to others: once, to a need, or every month as a sponsor of a household or a group.
CREATE TABLE offers (
    id           integer PRIMARY KEY AUTOINCREMENT,
    kind         text NOT NULL CHECK (kind IN ('things', 'labour', 'skill', 'time', 'sponsor')),
    wish         text NOT NULL DEFAULT '',
    what         text NOT NULL,
    money        bigint NOT NULL DEFAULT 0,
    at_times     text NOT NULL DEFAULT '',
    place        text NOT NULL DEFAULT '',
    name         text NOT NULL,
    phone        text NOT NULL DEFAULT '',
    origin       text NOT NULL,
    area         text NOT NULL,
    status       text NOT NULL CHECK (status IN ('offered', 'asked', 'matched', 'done', 'declined', 'withdrawn')),
    household_id bigint REFERENCES households (id),
    need_id      bigint REFERENCES needs (id),
    from_on      date,
    to_on        date,
    next_on      date,
    person_id    bigint NOT NULL REFERENCES people (id),
    contact      text NOT NULL,
    matched_by   bigint REFERENCES people (id),
    agreed_by    bigint REFERENCES people (id),
    created_at   datetime NOT NULL,
    agreed_at    datetime,
    ended_at     datetime
);
CREATE INDEX offers_by_area ON offers (area, id);
CREATE INDEX offers_by_person ON offers (person_id, id);
CREATE INDEX offers_by_household ON offers (household_id, id);
CREATE INDEX offers_due ON offers (next_on) WHERE status = 'matched';

CREATE TABLE offer_checks (
    offer_id   bigint NOT NULL REFERENCES offers (id),
    month      date NOT NULL,
    helped     boolean NOT NULL DEFAULT false,
    person_id  bigint NOT NULL REFERENCES people (id),
    created_at datetime NOT NULL,
    PRIMARY KEY (offer_id, month)
);

-- +goose Down
DROP TABLE offer_checks;
DROP TABLE offers;
