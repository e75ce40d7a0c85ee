-- +goose Up
-- Appeals of the Front for a fund, and where the money goes.
CREATE TABLE campaigns (
    id          integer PRIMARY KEY AUTOINCREMENT,
    fund        text NOT NULL CHECK (fund IN ('vi_ngheo', 'cuu_tro', 'khac')),
    area        text NOT NULL,
    plan        text NOT NULL DEFAULT '',
    starts_on   date NOT NULL,
    ends_on     date,
    state       text NOT NULL CHECK (state IN ('proposed', 'open', 'paused', 'closed')),
    way         text NOT NULL CHECK (way IN ('bank', 'treasury', 'cash')),
    bin         text NOT NULL DEFAULT '',
    account     text NOT NULL DEFAULT '',
    holder      text NOT NULL DEFAULT '',
    place       text NOT NULL DEFAULT '',
    made_by     bigint NOT NULL REFERENCES people (id),
    contact     text NOT NULL,
    created_at  datetime NOT NULL,
    approved_by bigint REFERENCES people (id),
    approved_at datetime,
    CHECK (fund <> 'cuu_tro' OR ends_on IS NOT NULL)
);
CREATE INDEX campaigns_by_area ON campaigns (area, state);

-- +goose Down
DROP TABLE campaigns;
