-- The same bookkeeping in handwritten SQL: one row per wallet and one per charge. It does less than the platform: integer keys,
-- no organisation, no journal, no idempotency keys, no remembered refusals.
CREATE TABLE wallet
(
    id       integer PRIMARY KEY,
    balance  bigint  NOT NULL CHECK (balance >= 0),
    sequence bigint  NOT NULL DEFAULT 0
) WITH (fillfactor = 70);

CREATE TABLE entry
(
    wallet_id     integer     NOT NULL,
    sequence      bigint      NOT NULL,
    amount        bigint      NOT NULL,
    balance_after bigint      NOT NULL,
    reason        text        NOT NULL,
    at            timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (wallet_id, sequence)
);
