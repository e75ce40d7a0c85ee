-- +goose Up
-- When the donor of a receipt was told that it reached somebody.
ALTER TABLE receipts ADD COLUMN reached_at timestamptz;
CREATE INDEX receipts_to_tell ON receipts (book_id, entry_no) WHERE pledge <> '' AND reached_at IS NULL AND reversed_at IS NULL;
CREATE INDEX receipts_by_campaign ON receipts (campaign_id, on_day);

-- +goose Down
DROP INDEX receipts_by_campaign;
DROP INDEX receipts_to_tell;
ALTER TABLE receipts DROP COLUMN reached_at;
