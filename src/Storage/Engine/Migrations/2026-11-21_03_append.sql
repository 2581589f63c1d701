-- What a batch of the group-commit writer does before its rows are visible to anybody. Each function raises where the batch
-- must not commit as it stands; the writer then finds out which command is at fault and goes on with the others.
--   PJ001 an operation was refused before and the refusal is remembered
--   PJ002 a refusal was decided on a state that is not the durable one
--   PJ003 this silo has been declared dead by the cluster

CREATE OR REPLACE FUNCTION journal_fence(p_deployment text, p_address text, p_port integer, p_generation integer)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM orleansmembershiptable m
               WHERE m.deploymentid = p_deployment AND m.address = p_address AND m.port = p_port
                 AND m.generation = p_generation AND m.status = 6) THEN
        RAISE EXCEPTION 'silo %:% (%) is dead', p_address, p_port, p_generation USING ERRCODE = 'PJ003';
    END IF;
END $$;

-- Arrays run in parallel. The rows come ordered by entity and version, so that two writers lock in the same order.
CREATE OR REPLACE FUNCTION journal_append(
    p_partitions smallint[], p_orgs uuid[], p_types text[], p_entities uuid[], p_versions bigint[], p_operations uuid[],
    p_hashes uuid[], p_actors uuid[], p_ats timestamptz[], p_events jsonb[], p_replies jsonb[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM unnest(p_orgs, p_entities, p_operations) AS i (org_id, entity_id, operation_id)
               JOIN refusal r USING (org_id, entity_id, operation_id)) THEN
        RAISE EXCEPTION 'an operation was refused before' USING ERRCODE = 'PJ001';
    END IF;

    INSERT INTO journal (partition, org_id, entity_type, entity_id, version, operation_id, command_hash, actor_id, at, events, reply)
    SELECT * FROM unnest(p_partitions, p_orgs, p_types, p_entities, p_versions, p_operations, p_hashes, p_actors, p_ats, p_events, p_replies);
END $$;

-- A refusal is stored when it was decided on the entity's last version: p_versions is the one it was decided on and
-- p_ceilings the last one that this batch writes for the same entity.
CREATE OR REPLACE FUNCTION journal_refuse(
    p_orgs uuid[], p_entities uuid[], p_operations uuid[], p_hashes uuid[], p_versions bigint[], p_ceilings bigint[],
    p_ats timestamptz[], p_errors jsonb[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM unnest(p_orgs, p_entities, p_operations) AS i (org_id, entity_id, operation_id)
               JOIN journal j USING (org_id, entity_id, operation_id)) THEN
        RAISE EXCEPTION 'an operation was accepted before' USING ERRCODE = 'PJ001';
    END IF;

    IF EXISTS (SELECT 1 FROM unnest(p_orgs, p_entities, p_versions, p_ceilings) AS i (org_id, entity_id, version, ceiling)
               WHERE EXISTS (SELECT 1 FROM journal j WHERE j.org_id = i.org_id AND j.entity_id = i.entity_id AND j.version = i.ceiling + 1)
                  OR (i.version > 0 AND NOT EXISTS (
                      SELECT 1 FROM journal j WHERE j.org_id = i.org_id AND j.entity_id = i.entity_id AND j.version = i.version))) THEN
        RAISE EXCEPTION 'a refusal was not decided on the last version' USING ERRCODE = 'PJ002';
    END IF;

    INSERT INTO refusal (org_id, entity_id, operation_id, command_hash, version, at, error)
    SELECT i.org_id, i.entity_id, i.operation_id, i.command_hash, i.version, i.at, i.error
    FROM unnest(p_orgs, p_entities, p_operations, p_hashes, p_versions, p_ats, p_errors)
      AS i (org_id, entity_id, operation_id, command_hash, version, at, error);
END $$;
