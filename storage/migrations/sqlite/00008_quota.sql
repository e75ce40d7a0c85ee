-- +goose Up
-- What a bot sent in a month, where its plan limits it, and until when its platform takes no more.
CREATE TABLE quota_months (
    channel    text NOT NULL,
    bot        text NOT NULL,
    month      text NOT NULL,
    sent       bigint NOT NULL DEFAULT 0,
    held_until datetime,
    PRIMARY KEY (channel, bot, month)
);

-- How often a notice was put off: each time it comes to its inbox as another event.
ALTER TABLE messages ADD COLUMN put_off integer NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE messages DROP COLUMN put_off;
DROP TABLE quota_months;
