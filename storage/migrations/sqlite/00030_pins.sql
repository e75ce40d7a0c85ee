-- +goose Up
-- What those on duty know besides having their phone: a slow hash of a PIN, and how often it was typed wrong.
CREATE TABLE pins (
    person_id    bigint PRIMARY KEY REFERENCES people (id),
    salt         text NOT NULL,
    hash         text NOT NULL,
    set_at       datetime NOT NULL,
    wrong        integer NOT NULL DEFAULT 0,
    locks        integer NOT NULL DEFAULT 0,
    locked_until datetime
);

-- +goose Down
DROP TABLE pins;
