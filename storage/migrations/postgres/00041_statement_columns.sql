-- +goose Up
-- Which columns the statements of an account have, where their headings do not say it.
CREATE TABLE statement_columns (
    account text COLLATE "C" PRIMARY KEY,
    columns text NOT NULL,
    at      timestamptz NOT NULL
);

-- +goose Down
DROP TABLE statement_columns;
