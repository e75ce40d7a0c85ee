-- +goose Up
-- What households say they need, and what came of it.
CREATE TABLE needs (
    id           integer PRIMARY KEY AUTOINCREMENT,
    household_id bigint NOT NULL REFERENCES households (id),
    area         text NOT NULL,
    dimension    text NOT NULL CHECK (dimension IN ('viec_lam', 'y_te', 'giao_duc', 'nha_o', 'nuoc_vs', 'thong_tin')),
    words        text NOT NULL,
    status       text NOT NULL CHECK (status IN ('received', 'planned', 'met', 'impossible', 'confirmed')),
    answer       text NOT NULL DEFAULT '',
    planned_on   date,
    person_id    bigint NOT NULL REFERENCES people (id),
    contact      text NOT NULL,
    answered_by  bigint REFERENCES people (id),
    created_at   datetime NOT NULL,
    answered_at  datetime,
    confirmed_at datetime
);
CREATE INDEX needs_open ON needs (area, id) WHERE status IN ('received', 'planned');
CREATE INDEX needs_by_household ON needs (household_id, id);

-- +goose Down
DROP TABLE needs;
