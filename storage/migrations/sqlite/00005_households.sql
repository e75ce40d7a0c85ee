-- +goose Up
-- The years for which a commune's list of classes was imported: until then nobody is told that they are not on it.
CREATE TABLE review_years (
    area     text NOT NULL,
    year     integer NOT NULL,
    first_at datetime NOT NULL,
    PRIMARY KEY (area, year)
);
INSERT INTO review_years (area, year, first_at)
    SELECT substr(h.area, 1, instr(h.area, '/') + instr(substr(h.area, instr(h.area, '/') + 1), '/') - 1), c.year, min(c.created_at)
    FROM classifications c JOIN households h ON h.id = c.household_id GROUP BY 1, 2;

-- +goose Down
DROP TABLE review_years;
