-- +goose Up
-- Pages of ours by which one person gets a file or brings one. Of address, code and browser only keyed hashes are kept.
CREATE TABLE file_links (
    token_hash text PRIMARY KEY,
    code_hash  text NOT NULL,
    pass_hash  text NOT NULL DEFAULT '',
    content    text NOT NULL,
    tries      integer NOT NULL DEFAULT 0,
    expires_at datetime NOT NULL,
    opened_at  datetime
);
CREATE INDEX file_links_by_end ON file_links (expires_at);

-- +goose Down
DROP TABLE file_links;
