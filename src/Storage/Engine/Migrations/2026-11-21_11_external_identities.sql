-- Links of users to identities of other providers and directories. A link that has ended stays as an inactive row, so that a
-- late row of its past cannot bring it back.
CREATE TABLE IF NOT EXISTS external_identity
(
    org_id      uuid        NOT NULL,
    identity_id uuid        NOT NULL,
    user_id     uuid        NOT NULL,
    provider    text        NOT NULL,
    issuer      text        NOT NULL,
    subject     text        NOT NULL,
    email       text,
    linked_at   timestamptz NOT NULL,
    active      boolean     NOT NULL,
    version     bigint      NOT NULL,
    PRIMARY KEY (org_id, identity_id)
);

CREATE INDEX IF NOT EXISTS external_identity_by_user ON external_identity (org_id, user_id, linked_at, identity_id) WHERE active;

-- What may be used once, such as the state of a sign-in under way, and has been. Of no organisation: nobody is signed in yet.
CREATE TABLE IF NOT EXISTS used_once
(
    id         uuid        PRIMARY KEY,
    expires_at timestamptz NOT NULL
);

CREATE INDEX IF NOT EXISTS used_once_by_expiry ON used_once (expires_at);
