-- +goose Up
-- Sheets that households sign where there is no phone: numbered, printed, photographed.
CREATE TABLE signature_sheets (
    code       text COLLATE "C" PRIMARY KEY,
    area       text COLLATE "C" NOT NULL,
    made_by    bigint NOT NULL REFERENCES people (id),
    made_at    timestamptz NOT NULL,
    photo      text COLLATE "C" NOT NULL DEFAULT '',
    brought_by bigint REFERENCES people (id),
    brought_at timestamptz
);

CREATE TABLE signature_lines (
    sheet        text COLLATE "C" NOT NULL REFERENCES signature_sheets (code),
    n            integer NOT NULL,
    code         text COLLATE "C" NOT NULL,
    version      integer NOT NULL,
    household_id bigint NOT NULL REFERENCES households (id),
    signed       boolean NOT NULL DEFAULT false,
    PRIMARY KEY (sheet, n)
);

-- The sheet on which an answer was signed; none: it was given by phone.
ALTER TABLE help_answers ADD COLUMN sheet text COLLATE "C" NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE help_answers DROP COLUMN sheet;
DROP TABLE signature_lines;
DROP TABLE signature_sheets;
