-- Where an audited command came from. Null for all others, which pay one bit for it.
ALTER TABLE journal ADD COLUMN IF NOT EXISTS origin json;

DROP FUNCTION IF EXISTS journal_append(
    smallint[], uuid[], text[], uuid[], bigint[], uuid[], uuid[], uuid[], timestamptz[], json[], json[]);

-- As before, with the origins; a batch without any leaves them out, and unnest fills up with nulls.
CREATE OR REPLACE FUNCTION journal_append(
    p_partitions smallint[], p_orgs uuid[], p_types text[], p_entities uuid[], p_versions bigint[], p_operations uuid[],
    p_hashes uuid[], p_actors uuid[], p_ats timestamptz[], p_events json[], p_replies json[], p_origins json[] DEFAULT NULL)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM unnest(p_orgs, p_entities, p_operations) AS i (org_id, entity_id, operation_id)
               JOIN refusal r USING (org_id, entity_id, operation_id)) THEN
        RAISE EXCEPTION 'an operation was refused before' USING ERRCODE = 'PJ001';
    END IF;

    INSERT INTO journal (partition, org_id, entity_type, entity_id, version, operation_id, command_hash, actor_id, at, events, reply, origin)
    SELECT * FROM unnest(p_partitions, p_orgs, p_types, p_entities, p_versions, p_operations, p_hashes, p_actors, p_ats, p_events, p_replies, p_origins);
END $$;

-- The audit log of each organisation. Rows of accepted commands follow from the journal; refusals are here alone.
-- A row is known by its instant and id, so that writing it again adds nothing.
CREATE TABLE IF NOT EXISTS audit_log
(
    org_id      uuid        NOT NULL,
    at          timestamptz NOT NULL,
    id          uuid        NOT NULL,
    actor_id    uuid,
    actor_kind  smallint    NOT NULL,
    action      text        COLLATE "C" NOT NULL,
    code        text,
    entity_type text,
    entity_id   uuid,
    ip          text,
    user_agent  text,
    trace_id    text,
    details     json        NOT NULL,
    PRIMARY KEY (org_id, at, id)
);
CREATE INDEX IF NOT EXISTS audit_log_by_actor ON audit_log (org_id, actor_id, at, id) WHERE actor_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS audit_log_by_action ON audit_log (org_id, action, at, id);
CREATE INDEX IF NOT EXISTS audit_log_by_entity ON audit_log (org_id, entity_id, at, id) WHERE entity_id IS NOT NULL;

-- Append only, for everybody who has not first taken the triggers off the table, which only its owner can.
CREATE OR REPLACE FUNCTION audit_log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append only' USING ERRCODE = 'PA001';
END $$;

CREATE OR REPLACE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION audit_log_is_append_only();
-- Also in sessions that replicate, where ordinary triggers rest.
ALTER TABLE audit_log ENABLE ALWAYS TRIGGER audit_log_append_only;
