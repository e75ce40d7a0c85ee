-- +goose Up
-- What a fund has that is meant for a household, from the decision to the handover.
CREATE TABLE allocations (
    id           integer PRIMARY KEY AUTOINCREMENT,
    code         text NOT NULL UNIQUE,
    batch        text NOT NULL,
    book_id      bigint NOT NULL REFERENCES books (id),
    household_id bigint NOT NULL REFERENCES households (id),
    area         text NOT NULL,
    need_id      bigint REFERENCES needs (id),
    kind         text NOT NULL,
    money        bigint NOT NULL CHECK (money >= 0),
    state        text NOT NULL CHECK (state IN ('waiting', 'open', 'handed', 'cancelled')),
    entry_no     bigint,
    handed_no    bigint,
    help         text NOT NULL DEFAULT '',
    made_by      bigint NOT NULL REFERENCES people (id),
    contact      text NOT NULL,
    created_at   datetime NOT NULL,
    approved_by  bigint REFERENCES people (id),
    approved_at  datetime,
    handed_by    bigint REFERENCES people (id),
    handed_at    datetime,
    ended_by     bigint REFERENCES people (id),
    ended_at     datetime
);
CREATE INDEX allocations_by_area ON allocations (area, id) WHERE state IN ('waiting', 'open');
CREATE INDEX allocations_by_household ON allocations (household_id, id);
CREATE INDEX allocations_by_batch ON allocations (batch);
CREATE INDEX allocations_by_book ON allocations (book_id, entry_no);
CREATE INDEX allocations_by_maker ON allocations (made_by);
CREATE UNIQUE INDEX allocations_by_help ON allocations (help) WHERE help <> '';
CREATE TABLE allocation_items (
    allocation_id bigint NOT NULL REFERENCES allocations (id),
    n             integer NOT NULL,
    qty           bigint NOT NULL CHECK (qty > 0),
    unit          text NOT NULL,
    name          text NOT NULL,
    PRIMARY KEY (allocation_id, n)
);
ALTER TABLE receipts ADD COLUMN value bigint NOT NULL DEFAULT 0;
ALTER TABLE receipts ADD COLUMN place text NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE receipts DROP COLUMN place;
ALTER TABLE receipts DROP COLUMN value;
DROP TABLE allocation_items;
DROP TABLE allocations;
