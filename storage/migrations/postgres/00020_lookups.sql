-- +goose Up
-- What somebody did, saw and took out lately: look-ups by name are counted.
CREATE INDEX audit_log_by_person ON audit_log (person_id, at);

-- +goose Down
DROP INDEX audit_log_by_person;
