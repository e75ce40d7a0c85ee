-- +goose Up
-- One message to many people. Each person has a row of messages, which says nothing itself: what is said stands here once.
CREATE TABLE broadcasts (
    id          integer PRIMARY KEY AUTOINCREMENT,
    author_id   bigint NOT NULL REFERENCES people (id),
    contact     text NOT NULL,
    area        text NOT NULL,
    signed      text NOT NULL,
    text        text NOT NULL,
    photo       text NOT NULL DEFAULT '',
    file        text NOT NULL DEFAULT '',
    file_name   text NOT NULL DEFAULT '',
    who         text NOT NULL,
    areas       text NOT NULL,
    campaign_id bigint REFERENCES campaigns (id),
    storm       boolean NOT NULL DEFAULT false,
    status      text NOT NULL CHECK (status IN ('draft', 'asked', 'ready', 'sending', 'paused', 'done', 'ending', 'cancelled')),
    hash        text NOT NULL,
    people      integer NOT NULL DEFAULT 0,
    due_at      datetime,
    asked_at    datetime,
    approved_by bigint REFERENCES people (id),
    approved_at datetime,
    next_person bigint NOT NULL DEFAULT 0,
    prepared    boolean NOT NULL DEFAULT false,
    owner       text NOT NULL DEFAULT '',
    lease_until datetime,
    created_at  datetime NOT NULL,
    started_at  datetime,
    fed_at      datetime,
    done_at     datetime
);
CREATE INDEX broadcasts_by_area ON broadcasts (area, id);
CREATE INDEX broadcasts_by_hash ON broadcasts (hash, id);
CREATE INDEX broadcasts_working ON broadcasts (id) WHERE status IN ('ready', 'sending', 'ending');
ALTER TABLE messages ADD COLUMN broadcast_id bigint REFERENCES broadcasts (id);
CREATE INDEX messages_of_broadcast ON messages (broadcast_id, status, id) WHERE broadcast_id IS NOT NULL;
CREATE INDEX messages_bulk ON messages (contact, created_at) WHERE broadcast_id IS NOT NULL;

-- +goose Down
DROP INDEX messages_bulk;
DROP INDEX messages_of_broadcast;
ALTER TABLE messages DROP COLUMN broadcast_id;
DROP TABLE broadcasts;
