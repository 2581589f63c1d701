-- The journal: one row per accepted command with all its events. It is the commit point of the platform and its queue.
-- org_id stands first in every key: no query can cross organisations by leaving a column out.
CREATE TABLE IF NOT EXISTS journal
(
    partition    smallint    NOT NULL CHECK (partition BETWEEN 0 AND 15),
    xid          xid8        NOT NULL DEFAULT pg_current_xact_id(),
    position     bigint      GENERATED ALWAYS AS IDENTITY,
    org_id       uuid        NOT NULL,
    entity_type  text        NOT NULL,
    entity_id    uuid        NOT NULL,
    version      bigint      NOT NULL CHECK (version > 0),
    operation_id uuid        NOT NULL,
    command_hash uuid        NOT NULL,
    actor_id     uuid        NOT NULL,
    at           timestamptz NOT NULL,
    events       jsonb       NOT NULL,
    reply        jsonb       NOT NULL,
    CONSTRAINT journal_version_once PRIMARY KEY (org_id, entity_id, version),
    CONSTRAINT journal_operation_once UNIQUE (org_id, entity_id, operation_id)
);
CREATE INDEX IF NOT EXISTS journal_by_partition ON journal (partition, xid, position);
CREATE INDEX IF NOT EXISTS journal_by_organisation ON journal (org_id, xid, position);

-- Refusals whose outcome must never change (money). Keyed like an operation, written by the same writer.
CREATE TABLE IF NOT EXISTS refusal
(
    org_id       uuid        NOT NULL,
    entity_id    uuid        NOT NULL,
    operation_id uuid        NOT NULL,
    command_hash uuid        NOT NULL,
    version      bigint      NOT NULL,
    at           timestamptz NOT NULL,
    error        jsonb       NOT NULL,
    CONSTRAINT refusal_once PRIMARY KEY (org_id, entity_id, operation_id)
);

-- How far the stream of each partition has been delivered. Losing it costs a replay, nothing else.
CREATE TABLE IF NOT EXISTS stream_checkpoint
(
    partition smallint PRIMARY KEY,
    xid       xid8     NOT NULL,
    position  bigint   NOT NULL
);

-- How far each consumer has folded the journal of an organisation; written in the transaction of its effect.
CREATE TABLE IF NOT EXISTS consumer_token
(
    org_id   uuid   NOT NULL,
    consumer text   NOT NULL,
    xid      xid8   NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (org_id, consumer)
);

-- Journal rows that a consumer could not apply. The consumer goes on; a person looks here.
CREATE TABLE IF NOT EXISTS quarantine
(
    org_id     uuid        NOT NULL,
    consumer   text        NOT NULL,
    entity_id  uuid        NOT NULL,
    version    bigint      NOT NULL,
    error      text        NOT NULL,
    at         timestamptz NOT NULL,
    PRIMARY KEY (org_id, consumer, entity_id, version)
);
