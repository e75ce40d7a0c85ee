-- +goose Up
-- What a campaign is to reach, the city's campaign that it follows, and what is done about a promise before it is kept.
ALTER TABLE campaigns ADD COLUMN goal bigint NOT NULL DEFAULT 0 CHECK (goal >= 0);
ALTER TABLE campaigns ADD COLUMN unit_goal bigint NOT NULL DEFAULT 0 CHECK (unit_goal >= 0);
ALTER TABLE campaigns ADD COLUMN template_id bigint REFERENCES campaigns (id);
CREATE INDEX campaigns_by_template ON campaigns (template_id);
CREATE TABLE campaign_goals (
    campaign_id bigint NOT NULL REFERENCES campaigns (id),
    n           integer NOT NULL,
    qty         bigint NOT NULL CHECK (qty > 0),
    unit        text NOT NULL DEFAULT '',
    name        text NOT NULL,
    PRIMARY KEY (campaign_id, n)
);
ALTER TABLE pledges ADD COLUMN reminded integer NOT NULL DEFAULT 0;
ALTER TABLE pledges ADD COLUMN remind_on date;
CREATE INDEX pledges_by_series ON pledges (series, nth) WHERE series <> '' AND superseded_at IS NULL;

-- +goose Down
DROP INDEX pledges_by_series;
ALTER TABLE pledges DROP COLUMN remind_on;
ALTER TABLE pledges DROP COLUMN reminded;
DROP TABLE campaign_goals;
DROP INDEX campaigns_by_template;
ALTER TABLE campaigns DROP COLUMN template_id;
ALTER TABLE campaigns DROP COLUMN unit_goal;
ALTER TABLE campaigns DROP COLUMN goal;
