-- +goose Up
-- What somebody asked for or offers who is on no list, and who goes on with a task. The phone is sealed.
ALTER TABLE tasks ADD COLUMN urgent boolean NOT NULL DEFAULT false;
ALTER TABLE tasks ADD COLUMN name text NOT NULL DEFAULT '';
ALTER TABLE tasks ADD COLUMN phone text NOT NULL DEFAULT '';
ALTER TABLE tasks ADD COLUMN place text NOT NULL DEFAULT '';
ALTER TABLE tasks ADD COLUMN words text NOT NULL DEFAULT '';
ALTER TABLE tasks ADD COLUMN taken_by bigint;
ALTER TABLE tasks ADD COLUMN taken_at datetime;
ALTER TABLE tasks ADD COLUMN note text NOT NULL DEFAULT '';
CREATE INDEX tasks_by_contact ON tasks (contact, created_at);

-- The phone of a ward's Front, as the ward or an admin set it: an office's number, shown to everybody.
CREATE TABLE ward_phones (
    area   text PRIMARY KEY,
    phone  text NOT NULL,
    set_by bigint NOT NULL REFERENCES people (id),
    set_at datetime NOT NULL
);

-- +goose Down
DROP TABLE ward_phones;
DROP INDEX tasks_by_contact;
ALTER TABLE tasks DROP COLUMN urgent;
ALTER TABLE tasks DROP COLUMN name;
ALTER TABLE tasks DROP COLUMN phone;
ALTER TABLE tasks DROP COLUMN place;
ALTER TABLE tasks DROP COLUMN words;
ALTER TABLE tasks DROP COLUMN taken_by;
ALTER TABLE tasks DROP COLUMN taken_at;
ALTER TABLE tasks DROP COLUMN note;
