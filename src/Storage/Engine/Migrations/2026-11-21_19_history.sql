-- What was leased at an instant of the past: few wallets lease, and only their lease transactions are in it.
CREATE INDEX IF NOT EXISTS wallet_transaction_leases ON wallet_transaction (org_id, wallet_id, sequence) WHERE type BETWEEN 14 AND 17;

-- Which file an import under an idempotency key stands for, so that another file under the same key is refused.
CREATE TABLE IF NOT EXISTS wallet_import
(
    org_id       uuid        NOT NULL,
    operation_id uuid        NOT NULL,
    digest       bytea       NOT NULL,
    started_at   timestamptz NOT NULL,
    PRIMARY KEY (org_id, operation_id)
);
