-- +goose Up
-- Households that were put into another group, or of which two entries became one, and which rows went from one to the other.
ALTER TABLE households ADD COLUMN merged_into bigint REFERENCES households (id);
CREATE TABLE home_moves (
    id           integer PRIMARY KEY AUTOINCREMENT,
    household_id bigint NOT NULL REFERENCES households (id),
    gone_id      bigint REFERENCES households (id),
    from_area    text NOT NULL,
    to_area      text NOT NULL,
    made_by      bigint NOT NULL REFERENCES people (id),
    made_at      datetime NOT NULL,
    undone_at    datetime
);
CREATE INDEX home_moves_by_household ON home_moves (household_id);
CREATE TABLE home_move_rows (
    move_id bigint NOT NULL REFERENCES home_moves (id),
    what    text NOT NULL,
    row_key text NOT NULL,
    PRIMARY KEY (move_id, what, row_key)
);

-- +goose Down
DROP TABLE home_move_rows;
DROP TABLE home_moves;
ALTER TABLE households DROP COLUMN merged_into;
