-- Conversations in the embedded file. Contacts and ids are blobs: they may hold any bytes.

CREATE TABLE IF NOT EXISTS conv_contact (
  contact BLOB PRIMARY KEY,
  turn    INTEGER NOT NULL DEFAULT 0,
  mark    BLOB,              -- of the last commit
  address BLOB,
  state   BLOB
);

CREATE TABLE IF NOT EXISTS conv_inbox (
  contact BLOB NOT NULL,
  seq     INTEGER NOT NULL,  -- order of arrival
  id      BLOB NOT NULL,
  event   BLOB,
  PRIMARY KEY (contact, seq)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS conv_outbox (
  contact BLOB NOT NULL,
  seq     INTEGER NOT NULL,
  id      BLOB NOT NULL,
  out     BLOB,
  PRIMARY KEY (contact, seq)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS conv_timer (
  contact BLOB NOT NULL,
  key     BLOB NOT NULL,
  shard   INTEGER NOT NULL,
  at      INTEGER NOT NULL,  -- ms UTC
  id      BLOB NOT NULL,
  event   BLOB,
  PRIMARY KEY (contact, key)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS conv_timer_due ON conv_timer (shard, at);

CREATE TABLE IF NOT EXISTS conv_seen (
  contact BLOB NOT NULL,
  id      BLOB NOT NULL,
  at      INTEGER NOT NULL,  -- ms UTC
  PRIMARY KEY (contact, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS conv_seen_at ON conv_seen (at);
