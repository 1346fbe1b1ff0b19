-- The vendor's own database: what the two programs keep in SQLite, each in its file or both in one.
PRAGMA foreign_keys = ON;

CREATE TABLE IF NOT EXISTS tenants (
  account TEXT PRIMARY KEY,          -- the tenant's account at tenkey, 12 digits
  name TEXT NOT NULL UNIQUE,
  external_id TEXT NOT NULL UNIQUE,  -- drawn by the vendor: sts:ExternalId of the tenant's role
  suspended INTEGER NOT NULL DEFAULT 0
);

-- Data keys, each encrypted under the key of its tenant: fields name one by its id.
CREATE TABLE IF NOT EXISTS data_keys (
  id BLOB PRIMARY KEY,               -- 16 random bytes
  tenant TEXT NOT NULL REFERENCES tenants (account) ON DELETE CASCADE,
  table_name TEXT NOT NULL,
  encrypted BLOB NOT NULL,           -- CiphertextBlob of GenerateDataKey
  created INTEGER NOT NULL           -- Unix seconds
);
CREATE INDEX IF NOT EXISTS newest_data_key ON data_keys (tenant, table_name, created);

CREATE TABLE IF NOT EXISTS customers (
  id TEXT NOT NULL,                  -- a UUID, drawn before the fields are encrypted
  tenant TEXT NOT NULL REFERENCES tenants (account) ON DELETE CASCADE,
  city TEXT NOT NULL,                -- in the clear: it can be searched and sorted by
  email BLOB NOT NULL,               -- encrypted
  iban BLOB NOT NULL,                -- encrypted
  PRIMARY KEY (tenant, id)
);
