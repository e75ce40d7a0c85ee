-- +goose Up
-- Photos that a household sent with a need, and the consent they are kept by.
CREATE TABLE need_photos (
    need_id    bigint NOT NULL REFERENCES needs (id) ON DELETE CASCADE,
    n          integer NOT NULL,
    blob       text NOT NULL,
    consent_id bigint NOT NULL REFERENCES consents (id) ON DELETE CASCADE,
    PRIMARY KEY (need_id, n)
);

-- +goose Down
DROP TABLE need_photos;
