-- +goose Up
-- Kinds of messages that somebody wants no more. How far a broadcast is, is told in one message of its author's chat, which is changed.
CREATE TABLE topics_off (
    person_id bigint NOT NULL REFERENCES people (id),
    topic     text NOT NULL CHECK (topic IN ('news', 'remind', 'pledges', 'support')),
    at        timestamptz NOT NULL,
    PRIMARY KEY (person_id, topic)
);
ALTER TABLE broadcasts ADD COLUMN told_ref text NOT NULL DEFAULT '';
ALTER TABLE broadcasts ADD COLUMN told_at timestamptz;

-- +goose Down
ALTER TABLE broadcasts DROP COLUMN told_ref;
ALTER TABLE broadcasts DROP COLUMN told_at;
DROP TABLE topics_off;
