-- +goose Up
-- A role may be given until a day, and may rest: then it gives no right, and is still held.
ALTER TABLE roles ADD COLUMN ends_at datetime;
ALTER TABLE roles ADD COLUMN suspended_at datetime;
ALTER TABLE invites ADD COLUMN role_ends_at datetime;

-- A person who lost a phone gives no right, and a contact that was cut never does again.
ALTER TABLE people ADD COLUMN locked_at datetime;
ALTER TABLE contacts ADD COLUMN cut_at datetime;

-- +goose Down
ALTER TABLE contacts DROP COLUMN cut_at;
ALTER TABLE people DROP COLUMN locked_at;
ALTER TABLE invites DROP COLUMN role_ends_at;
ALTER TABLE roles DROP COLUMN suspended_at;
ALTER TABLE roles DROP COLUMN ends_at;
