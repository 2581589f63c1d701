-- Service accounts, for lists. Their keys are in the journal alone, as hashes.
CREATE TABLE IF NOT EXISTS service_account (
    org_id      uuid        NOT NULL,
    account_id  uuid        NOT NULL,
    name        text        NOT NULL,
    description text,
    permissions json        NOT NULL,
    status      smallint    NOT NULL,
    created_at  timestamptz NOT NULL,
    created_by  uuid        NOT NULL,
    version     bigint      NOT NULL,
    PRIMARY KEY (org_id, account_id)
);
