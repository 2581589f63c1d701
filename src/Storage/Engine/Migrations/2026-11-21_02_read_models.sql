-- Read models: derived from the journal, written in its transactions, rebuilt from it at will.
CREATE TABLE IF NOT EXISTS organisation
(
    org_id     uuid        PRIMARY KEY,
    name       text        NOT NULL,
    kind       smallint    NOT NULL,
    currency   text        NOT NULL,
    time_zone  text        NOT NULL,
    locale     text        NOT NULL,
    status     smallint    NOT NULL,
    created_at timestamptz NOT NULL,
    version    bigint      NOT NULL
);

CREATE TABLE IF NOT EXISTS user_account
(
    org_id       uuid        NOT NULL,
    user_id      uuid        NOT NULL,
    email        text        NOT NULL,
    display_name text        NOT NULL,
    tier         smallint    NOT NULL,
    wallet_id    uuid,
    created_at   timestamptz NOT NULL,
    version      bigint      NOT NULL,
    PRIMARY KEY (org_id, user_id)
);

-- Amounts are minor units of the wallet's currency.
CREATE TABLE IF NOT EXISTS wallet
(
    org_id    uuid     NOT NULL,
    wallet_id uuid     NOT NULL,
    owner_id  uuid     NOT NULL,
    currency  text     NOT NULL,
    balance   bigint   NOT NULL,
    sequence  bigint   NOT NULL,
    status    smallint NOT NULL,
    version   bigint   NOT NULL,
    PRIMARY KEY (org_id, wallet_id)
) WITH (fillfactor = 70);

CREATE TABLE IF NOT EXISTS wallet_transaction
(
    org_id        uuid        NOT NULL,
    wallet_id     uuid        NOT NULL,
    sequence      bigint      NOT NULL,
    id            uuid        NOT NULL,
    type          smallint    NOT NULL,
    currency      text        NOT NULL,
    amount        bigint      NOT NULL,
    balance_after bigint      NOT NULL,
    reason        text,
    reference     text,
    at            timestamptz NOT NULL,
    actor_id      uuid        NOT NULL,
    operation_id  uuid        NOT NULL,
    metadata      jsonb,
    PRIMARY KEY (org_id, wallet_id, sequence)
);

CREATE TABLE IF NOT EXISTS activity
(
    org_id         uuid        NOT NULL,
    activity_id    uuid        NOT NULL,
    type           text        NOT NULL,
    quantity       integer     NOT NULL,
    currency       text        NOT NULL,
    unit_price     bigint      NOT NULL,
    cost           bigint      NOT NULL,
    user_id        uuid        NOT NULL,
    wallet_id      uuid        NOT NULL,
    transaction_id uuid,
    status         smallint    NOT NULL,
    subject        text,
    metadata       jsonb,
    at             timestamptz NOT NULL,
    version        bigint      NOT NULL,
    PRIMARY KEY (org_id, activity_id)
);
-- Newest first: ids that follow from an idempotency key carry no instant.
CREATE INDEX IF NOT EXISTS activity_by_time ON activity (org_id, at, activity_id);

-- Metric rollups: additive per slot, so that a late event only adds. Resolution 0 is a minute, 1 a quarter of an hour
-- (every IANA offset is a multiple of it, so that any local hour, day or month is a sum of whole slots).
CREATE TABLE IF NOT EXISTS metric_rollup
(
    org_id     uuid        NOT NULL,
    metric     text        NOT NULL,
    resolution smallint    NOT NULL,
    slot       timestamptz NOT NULL,
    dimensions text        NOT NULL DEFAULT '',
    count      bigint      NOT NULL,
    sum        numeric     NOT NULL,
    min        numeric     NOT NULL,
    max        numeric     NOT NULL,
    PRIMARY KEY (org_id, metric, resolution, slot, dimensions)
);

-- Keys that sign access tokens.
CREATE TABLE IF NOT EXISTS signing_key
(
    kid         text        PRIMARY KEY,
    private_key bytea       NOT NULL,
    created_at  timestamptz NOT NULL
);
