-- A reply that follows from its events is not stored a second time. Events and replies are read as a whole and never
-- searched, so json (text, checked once) serves: no parse into jsonb on the way in, none back into text on the way out.
ALTER TABLE journal ALTER COLUMN reply DROP NOT NULL;
DO $$
BEGIN
    IF (SELECT data_type FROM information_schema.columns
        WHERE table_schema = current_schema() AND table_name = 'journal' AND column_name = 'events') = 'jsonb' THEN
        ALTER TABLE journal ALTER COLUMN events TYPE json, ALTER COLUMN reply TYPE json;
    END IF;
END $$;

DROP FUNCTION IF EXISTS journal_append(
    smallint[], uuid[], text[], uuid[], bigint[], uuid[], uuid[], uuid[], timestamptz[], jsonb[], jsonb[]);

-- Arrays run in parallel. The rows come ordered by entity and version, so that two writers lock in the same order.
CREATE OR REPLACE FUNCTION journal_append(
    p_partitions smallint[], p_orgs uuid[], p_types text[], p_entities uuid[], p_versions bigint[], p_operations uuid[],
    p_hashes uuid[], p_actors uuid[], p_ats timestamptz[], p_events json[], p_replies json[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM unnest(p_orgs, p_entities, p_operations) AS i (org_id, entity_id, operation_id)
               JOIN refusal r USING (org_id, entity_id, operation_id)) THEN
        RAISE EXCEPTION 'an operation was refused before' USING ERRCODE = 'PJ001';
    END IF;

    INSERT INTO journal (partition, org_id, entity_type, entity_id, version, operation_id, command_hash, actor_id, at, events, reply)
    SELECT * FROM unnest(p_partitions, p_orgs, p_types, p_entities, p_versions, p_operations, p_hashes, p_actors, p_ats, p_events, p_replies);
END $$;
