-- Everything the server keeps. What is secret in it is sealed (src/vault.rs) before it comes here.
-- Written for Postgres; for SQLite the type BYTEA is read as BLOB (src/storage/migrations.rs).

-- Keys that seal the other tables, themselves sealed under the operator's key.
CREATE TABLE data_keys (
    id TEXT PRIMARY KEY,
    wrapped_by TEXT NOT NULL,
    wrapped BYTEA NOT NULL,
    created BIGINT NOT NULL UNIQUE
);

-- The keys that sign tokens and protect what clients carry: one row for all servers.
CREATE TABLE token_keys (
    name TEXT PRIMARY KEY,
    key_id TEXT NOT NULL,
    sealed BYTEA NOT NULL,
    created BIGINT NOT NULL
);

CREATE TABLE users (
    name TEXT PRIMARY KEY,
    account BYTEA NOT NULL UNIQUE,
    password TEXT NOT NULL
);

CREATE TABLE clients (
    id TEXT PRIMARY KEY,
    secret_hash BYTEA,
    management BIGINT NOT NULL
);

-- One row for each account: what mfa-core decides on, replaced by compare-and-swap alone.
CREATE TABLE records (
    account BYTEA PRIMARY KEY,
    record BYTEA NOT NULL,
    revision BIGINT NOT NULL,
    key_id TEXT NOT NULL,
    sealed BYTEA NOT NULL
);

-- Where messages go, by the reference that the record holds.
CREATE TABLE contacts (
    reference BYTEA PRIMARY KEY,
    account BYTEA NOT NULL,
    key_id TEXT NOT NULL,
    sealed BYTEA NOT NULL,
    created BIGINT NOT NULL
);

-- Devices that are asked by push. Until one has shown that it scanned the QR code, `key` is
-- null and `sealed` holds what it will be given.
CREATE TABLE devices (
    reference BYTEA PRIMARY KEY,
    account BYTEA NOT NULL,
    enrollment BYTEA NOT NULL UNIQUE,
    expires BIGINT NOT NULL,
    public_key TEXT,
    key_id TEXT NOT NULL,
    sealed BYTEA NOT NULL
);

-- What would have been sent, by the delivery that sends nothing.
CREATE TABLE outbox (
    id TEXT PRIMARY KEY,
    created BIGINT NOT NULL,
    channel TEXT NOT NULL,
    key_id TEXT NOT NULL,
    sealed BYTEA NOT NULL
);

-- Budgets for wrong passwords, by a hash of who was guessed at: when the budget is whole again.
CREATE TABLE guesses (
    subject BYTEA PRIMARY KEY,
    whole_at BIGINT NOT NULL
);
