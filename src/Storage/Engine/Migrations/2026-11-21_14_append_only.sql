-- For the tables that only grow (src/Storage/Roles/TableRights.cs). Each start puts a trigger on those that have none, so that
-- a table that a later file makes anew has one too. Statement triggers for changes alone: an insert does not meet them.
CREATE OR REPLACE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'table % is append only', TG_TABLE_NAME USING ERRCODE = 'PA001';
END $$;

-- Why the read models must be written anew at the next start. A migration that changes what is derived puts a row here; the
-- start that has done it removes it.
CREATE TABLE IF NOT EXISTS rebuild_due
(
    reason text        PRIMARY KEY,
    since  timestamptz NOT NULL DEFAULT now()
);
