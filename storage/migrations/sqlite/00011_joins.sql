-- +goose Up
-- Codes by which another chat becomes one of who made them; only a keyed hash is kept.
CREATE TABLE join_codes (
    id         integer PRIMARY KEY AUTOINCREMENT,
    code_hash  text NOT NULL UNIQUE,
    person_id  bigint NOT NULL REFERENCES people (id),
    contact    text NOT NULL REFERENCES contacts (key),
    created_at datetime NOT NULL,
    expires_at datetime NOT NULL,
    used_at    datetime
);
CREATE INDEX join_codes_by_person ON join_codes (person_id);

-- Somebody who turned out to be another: what was theirs is the other's since then.
ALTER TABLE people ADD COLUMN joined_to bigint REFERENCES people (id);
ALTER TABLE people ADD COLUMN joined_at datetime;
CREATE INDEX people_joined ON people (joined_to) WHERE joined_to IS NOT NULL;

-- The chats of a person that did not take a notice, and whether it is for just this chat.
ALTER TABLE messages ADD COLUMN tried text NOT NULL DEFAULT '';
ALTER TABLE messages ADD COLUMN here boolean NOT NULL DEFAULT false;

-- +goose Down
ALTER TABLE messages DROP COLUMN tried;
ALTER TABLE messages DROP COLUMN here;
DROP INDEX people_joined;
ALTER TABLE people DROP COLUMN joined_at;
ALTER TABLE people DROP COLUMN joined_to;
DROP TABLE join_codes;
