-- The ledger: one row a transaction, never changed. Postings are groups of four numbers (from account, to account, amount, bucket):
-- what leaves one account enters another, so that every transaction balances. The hash covers the row and all before it.
-- What stood here before lacks all that; the journal has it, from which this start writes it anew.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM information_schema.columns
                   WHERE table_schema = current_schema() AND table_name = 'wallet_transaction' AND column_name = 'postings') THEN
        DROP TABLE IF EXISTS wallet_transaction, wallet;
        INSERT INTO rebuild_due (reason) SELECT 'ledger' WHERE EXISTS (SELECT FROM journal) ON CONFLICT DO NOTHING;
    END IF;
END $$;

CREATE TABLE IF NOT EXISTS wallet_transaction
(
    org_id          uuid        NOT NULL,
    wallet_id       uuid        NOT NULL,
    sequence        bigint      NOT NULL,
    version         bigint      NOT NULL,
    id              uuid        NOT NULL,
    type            smallint    NOT NULL,
    currency        text        NOT NULL,
    amount          bigint      NOT NULL,
    balance_after   bigint      NOT NULL,
    held_after      bigint      NOT NULL,
    available_after bigint      NOT NULL,
    reason          text,
    reference       text,
    at              timestamptz NOT NULL,
    known_at        timestamptz NOT NULL,
    actor_id        uuid        NOT NULL,
    operation_id    uuid        NOT NULL,
    related_id      uuid,
    postings        bigint[]    NOT NULL,
    metadata        jsonb,
    hash            bytea       NOT NULL,
    PRIMARY KEY (org_id, wallet_id, sequence)
);
-- By id alone: a refund names the transaction, not the wallet.
CREATE UNIQUE INDEX IF NOT EXISTS wallet_transaction_by_id ON wallet_transaction (org_id, id);
-- Only where the order of effect is not the order of the sequence.
CREATE INDEX IF NOT EXISTS wallet_transaction_backdated ON wallet_transaction (org_id, wallet_id, at) WHERE at <> known_at;

-- The entries, as accountants read them: one row a side, credits positive.
CREATE OR REPLACE VIEW ledger_entry AS
SELECT t.org_id, t.wallet_id, t.sequence, p.line, side.account, t.currency, side.amount, p.bucket, t.type, t.at, t.known_at
FROM wallet_transaction t
CROSS JOIN LATERAL (
    SELECT i AS line, t.postings[4 * i + 1]::smallint AS source, t.postings[4 * i + 2]::smallint AS target, t.postings[4 * i + 3] AS amount, t.postings[4 * i + 4] AS bucket
    FROM generate_series(0, cardinality(t.postings) / 4 - 1) AS i) p
CROSS JOIN LATERAL (VALUES (p.source, -p.amount), (p.target, p.amount)) AS side (account, amount);

CREATE TABLE IF NOT EXISTS wallet
(
    org_id       uuid     NOT NULL,
    wallet_id    uuid     NOT NULL,
    owner_id     uuid     NOT NULL,
    parent_id    uuid,
    currency     text     NOT NULL,
    paid         bigint   NOT NULL,
    promotional  bigint   NOT NULL,
    held         bigint   NOT NULL,
    leased       bigint   NOT NULL,
    credit_limit bigint   NOT NULL,
    sequence     bigint   NOT NULL,
    head         bytea    NOT NULL,
    status       smallint NOT NULL,
    due_from     timestamptz,
    version      bigint   NOT NULL,
    balance      bigint   GENERATED ALWAYS AS (paid + promotional + held + leased) STORED,
    PRIMARY KEY (org_id, wallet_id)
) WITH (fillfactor = 70);
-- What expires next. Few wallets have anything that does, and only a change of the instant touches the index.
CREATE INDEX IF NOT EXISTS wallet_due ON wallet (due_from) WHERE due_from IS NOT NULL;
CREATE INDEX IF NOT EXISTS wallet_by_parent ON wallet (org_id, parent_id) WHERE parent_id IS NOT NULL;

CREATE TABLE IF NOT EXISTS hold
(
    org_id        uuid        NOT NULL,
    hold_id       uuid        NOT NULL,
    wallet_id     uuid        NOT NULL,
    currency      text        NOT NULL,
    amount        bigint      NOT NULL,
    captured      bigint      NOT NULL,
    ended_as      smallint,
    expires_at    timestamptz NOT NULL,
    activity_type text,
    version       bigint      NOT NULL,
    PRIMARY KEY (org_id, hold_id)
);
CREATE INDEX IF NOT EXISTS hold_by_wallet ON hold (org_id, wallet_id, hold_id);
