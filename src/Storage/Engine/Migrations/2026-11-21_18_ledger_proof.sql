-- The public keys that have signed checkpoints. The private halves are sealed in table secret, under the entity that is named here.
CREATE TABLE IF NOT EXISTS ledger_key
(
    number     integer     NOT NULL PRIMARY KEY,
    kid        text        NOT NULL UNIQUE,
    entity_id  uuid        NOT NULL,
    x          text        NOT NULL,
    y          text        NOT NULL,
    created_at timestamptz NOT NULL
);

-- Signed roots over the wallets of an organisation (docs/ledger.md). Each stands on the one before. The leaves are 64 bytes a wallet.
CREATE TABLE IF NOT EXISTS ledger_checkpoint
(
    org_id       uuid        NOT NULL,
    number       bigint      NOT NULL,
    id           uuid        NOT NULL,
    day          date        NOT NULL,
    on_demand    boolean     NOT NULL,
    taken_at     timestamptz NOT NULL,
    tree_size    bigint      NOT NULL,
    transactions bigint      NOT NULL,
    document     text        NOT NULL,
    leaves       bytea       NOT NULL,
    PRIMARY KEY (org_id, number)
);
-- Hashes do not compress.
ALTER TABLE ledger_checkpoint ALTER COLUMN leaves SET STORAGE EXTERNAL;
CREATE UNIQUE INDEX IF NOT EXISTS ledger_checkpoint_by_id ON ledger_checkpoint (org_id, id);
-- One a day of its own accord, whichever silo is first.
CREATE UNIQUE INDEX IF NOT EXISTS ledger_checkpoint_by_day ON ledger_checkpoint (org_id, day) WHERE NOT on_demand;

-- What the self-check has found. A finding has one row, however often it is found again: its id follows from it.
CREATE TABLE IF NOT EXISTS ledger_alert
(
    org_id    uuid        NOT NULL,
    id        uuid        NOT NULL,
    at        timestamptz NOT NULL,
    kind      smallint    NOT NULL,
    wallet_id uuid,
    sequence  bigint,
    detail    text        NOT NULL,
    frozen    boolean     NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX IF NOT EXISTS ledger_alert_by_time ON ledger_alert (org_id, at, id);

-- How far the self-check has seen each wallet. Without a row it is due; losing all of them costs a pass.
CREATE TABLE IF NOT EXISTS ledger_check
(
    org_id     uuid        NOT NULL,
    wallet_id  uuid        NOT NULL,
    version    bigint      NOT NULL,
    checked_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, wallet_id)
) WITH (fillfactor = 70);

CREATE OR REPLACE FUNCTION ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'table % is append only', TG_TABLE_NAME USING ERRCODE = 'PA001';
END $$;

CREATE OR REPLACE TRIGGER ledger_checkpoint_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only();
CREATE OR REPLACE TRIGGER ledger_key_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_key
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only();
-- That a wallet was frozen after all is noted later.
CREATE OR REPLACE TRIGGER ledger_alert_stays BEFORE DELETE OR TRUNCATE ON ledger_alert
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only();
-- Also in sessions that replicate, where ordinary triggers rest.
ALTER TABLE ledger_checkpoint ENABLE ALWAYS TRIGGER ledger_checkpoint_append_only;
ALTER TABLE ledger_key ENABLE ALWAYS TRIGGER ledger_key_append_only;
ALTER TABLE ledger_alert ENABLE ALWAYS TRIGGER ledger_alert_stays;
