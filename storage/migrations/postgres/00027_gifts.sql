-- +goose Up
-- Pledges of things, work and teaching beside money, by persons, families and organisations, once or each month.
ALTER TABLE pledges DROP CONSTRAINT IF EXISTS pledges_amount_check;
ALTER TABLE pledges
    ADD COLUMN kind text NOT NULL DEFAULT 'money' CHECK (kind IN ('money', 'goods', 'labour', 'skill')),
    ADD COLUMN what text NOT NULL DEFAULT '',
    ADD COLUMN bring_on date,
    ADD COLUMN months integer NOT NULL DEFAULT 1 CHECK (months >= 1),
    ADD COLUMN nth integer NOT NULL DEFAULT 1 CHECK (nth >= 1),
    ADD COLUMN series text COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN given_as text NOT NULL DEFAULT '' CHECK (given_as IN ('', 'person', 'family', 'organisation')),
    ADD COLUMN heads integer NOT NULL DEFAULT 0 CHECK (heads >= 0),
    ADD COLUMN phone text NOT NULL DEFAULT '',
    ADD COLUMN need_id bigint REFERENCES needs (id),
    ADD COLUMN offer_id bigint REFERENCES offers (id),
    ADD CONSTRAINT pledges_amount_check CHECK (amount >= 0),
    ADD CONSTRAINT pledges_kind_amount_check CHECK ((kind = 'money') = (amount > 0));
CREATE INDEX pledges_by_campaign ON pledges (campaign_id, kind, bring_on) WHERE superseded_at IS NULL;
CREATE TABLE pledge_items (
    code    text COLLATE "C" NOT NULL,
    version integer NOT NULL,
    n       integer NOT NULL,
    qty     bigint NOT NULL CHECK (qty > 0),
    unit    text NOT NULL DEFAULT '',
    name    text NOT NULL,
    value   bigint NOT NULL DEFAULT 0 CHECK (value >= 0),
    PRIMARY KEY (code, version, n),
    FOREIGN KEY (code, version) REFERENCES pledges (code, version)
);
ALTER TABLE campaigns ADD COLUMN goods text NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE campaigns DROP COLUMN goods;
DROP TABLE pledge_items;
DROP INDEX pledges_by_campaign;
ALTER TABLE pledges DROP CONSTRAINT pledges_kind_amount_check;
ALTER TABLE pledges DROP COLUMN kind, DROP COLUMN what, DROP COLUMN bring_on, DROP COLUMN months, DROP COLUMN nth, DROP COLUMN series, DROP COLUMN given_as, DROP COLUMN heads, DROP COLUMN phone, DROP COLUMN need_id, DROP COLUMN offer_id;
