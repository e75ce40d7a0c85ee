-- +goose Up
-- Households that enrolled to rise out of poverty, and how it goes with them.
CREATE TABLE rises (
    id           integer PRIMARY KEY AUTOINCREMENT,
    household_id bigint NOT NULL REFERENCES households (id),
    area         text NOT NULL,
    year         integer NOT NULL,
    missing      text NOT NULL,
    support      text NOT NULL DEFAULT '',
    steps        text NOT NULL DEFAULT '',
    status       text NOT NULL CHECK (status IN ('open', 'reached', 'withdrawn')),
    next_on      date NOT NULL,
    person_id    bigint NOT NULL REFERENCES people (id),
    contact      text NOT NULL,
    created_at   datetime NOT NULL,
    ended_at     datetime
);
CREATE UNIQUE INDEX rises_open ON rises (household_id) WHERE status = 'open';
CREATE INDEX rises_by_area ON rises (area, id);
CREATE INDEX rises_due ON rises (next_on) WHERE status = 'open';

CREATE TABLE rise_checks (
    id         integer PRIMARY KEY AUTOINCREMENT,
    rise_id    bigint NOT NULL REFERENCES rises (id),
    side       text NOT NULL CHECK (side IN ('household', 'leader')),
    forward    text NOT NULL,
    stuck      text NOT NULL DEFAULT '',
    person_id  bigint NOT NULL REFERENCES people (id),
    created_at datetime NOT NULL
);
CREATE INDEX rise_checks_by_rise ON rise_checks (rise_id, id);

-- +goose Down
DROP TABLE rise_checks;
DROP TABLE rises;
