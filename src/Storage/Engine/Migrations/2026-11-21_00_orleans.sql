-- What Orleans' ADO.NET providers expect of a database: tables, and statements by key in OrleansQuery. Written to their
-- contract (query keys, parameter names, result columns), each one statement, so that it is atomic by itself.
-- Unlike the usual scripts, grain storage has a unique key, and a first write that lost a race inserts nothing.
CREATE TABLE IF NOT EXISTS orleansquery
(
    querykey  text PRIMARY KEY,
    querytext text NOT NULL
);

-- The version row of a cluster is its lock: every change of membership is made by raising it from the expected number.
CREATE TABLE IF NOT EXISTS orleansmembershipversiontable
(
    deploymentid text        PRIMARY KEY,
    "timestamp"  timestamptz NOT NULL DEFAULT now(),
    version      integer     NOT NULL DEFAULT 0
);

CREATE TABLE IF NOT EXISTS orleansmembershiptable
(
    deploymentid text        NOT NULL REFERENCES orleansmembershipversiontable (deploymentid),
    address      text        NOT NULL,
    port         integer     NOT NULL,
    generation   integer     NOT NULL,
    siloname     text        NOT NULL,
    hostname     text        NOT NULL,
    status       integer     NOT NULL,
    proxyport    integer,
    suspecttimes text,
    starttime    timestamptz NOT NULL,
    iamalivetime timestamptz NOT NULL,
    PRIMARY KEY (deploymentid, address, port, generation)
);

CREATE TABLE IF NOT EXISTS orleansreminderstable
(
    serviceid    text        NOT NULL,
    grainid      text        NOT NULL,
    remindername text        NOT NULL,
    starttime    timestamptz NOT NULL,
    period       bigint      NOT NULL,
    grainhash    integer     NOT NULL,
    version      integer     NOT NULL DEFAULT 0,
    PRIMARY KEY (serviceid, grainid, remindername)
);
CREATE INDEX IF NOT EXISTS orleansreminderstable_by_hash ON orleansreminderstable (serviceid, grainhash);

CREATE TABLE IF NOT EXISTS orleansstorage
(
    grainidhash            integer     NOT NULL,
    grainidn0              bigint      NOT NULL,
    grainidn1              bigint      NOT NULL,
    graintypehash          integer     NOT NULL,
    graintypestring        text        NOT NULL,
    grainidextensionstring text,
    serviceid              text        NOT NULL,
    payloadbinary          bytea,
    modifiedon             timestamptz NOT NULL DEFAULT now(),
    version                integer     NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS orleansstorage_once ON orleansstorage
    (grainidhash, grainidn0, grainidn1, graintypehash, graintypestring, coalesce(grainidextensionstring, ''), serviceid);

INSERT INTO orleansquery (querykey, querytext)
VALUES
-- Clustering. Statuses are Orleans' SiloStatus: 3 is Active.
('InsertMembershipVersionKey', $query$
WITH added AS (
    INSERT INTO orleansmembershipversiontable (deploymentid) VALUES (@DeploymentId)
    ON CONFLICT (deploymentid) DO NOTHING
    RETURNING deploymentid)
SELECT EXISTS (SELECT FROM added)
$query$),
('InsertMembershipKey', $query$
WITH raised AS (
    UPDATE orleansmembershipversiontable v SET version = v.version + 1, "timestamp" = now()
    WHERE v.deploymentid = @DeploymentId AND v.version = @Version
      AND NOT EXISTS (
          SELECT FROM orleansmembershiptable m
          WHERE m.deploymentid = @DeploymentId AND m.address = @Address AND m.port = @Port AND m.generation = @Generation)
    RETURNING v.deploymentid),
added AS (
    INSERT INTO orleansmembershiptable
        (deploymentid, address, port, generation, siloname, hostname, status, proxyport, starttime, iamalivetime)
    SELECT deploymentid, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime
    FROM raised
    RETURNING deploymentid)
SELECT EXISTS (SELECT FROM added)
$query$),
('UpdateMembershipKey', $query$
WITH raised AS (
    UPDATE orleansmembershipversiontable v SET version = v.version + 1, "timestamp" = now()
    WHERE v.deploymentid = @DeploymentId AND v.version = @Version
      AND EXISTS (
          SELECT FROM orleansmembershiptable m
          WHERE m.deploymentid = @DeploymentId AND m.address = @Address AND m.port = @Port AND m.generation = @Generation)
    RETURNING v.deploymentid),
changed AS (
    UPDATE orleansmembershiptable m SET status = @Status, suspecttimes = @SuspectTimes, iamalivetime = @IAmAliveTime
    FROM raised
    WHERE m.deploymentid = raised.deploymentid
      AND m.address = @Address AND m.port = @Port AND m.generation = @Generation
    RETURNING m.deploymentid)
SELECT EXISTS (SELECT FROM changed)
$query$),
('UpdateIAmAlivetimeKey', $query$
UPDATE orleansmembershiptable SET iamalivetime = @IAmAliveTime
WHERE deploymentid = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation
$query$),
('MembershipReadRowKey', $query$
SELECT m.address AS "Address", m.port AS "Port", m.generation AS "Generation", m.siloname AS "SiloName",
       m.hostname AS "HostName", m.status AS "Status", m.proxyport AS "ProxyPort", m.suspecttimes AS "SuspectTimes",
       m.starttime AS "StartTime", m.iamalivetime AS "IAmAliveTime", v.version AS "Version"
FROM orleansmembershipversiontable v
LEFT JOIN orleansmembershiptable m
       ON m.deploymentid = v.deploymentid AND m.address = @Address AND m.port = @Port AND m.generation = @Generation
WHERE v.deploymentid = @DeploymentId
$query$),
('MembershipReadAllKey', $query$
SELECT m.address AS "Address", m.port AS "Port", m.generation AS "Generation", m.siloname AS "SiloName",
       m.hostname AS "HostName", m.status AS "Status", m.proxyport AS "ProxyPort", m.suspecttimes AS "SuspectTimes",
       m.starttime AS "StartTime", m.iamalivetime AS "IAmAliveTime", v.version AS "Version"
FROM orleansmembershipversiontable v
LEFT JOIN orleansmembershiptable m ON m.deploymentid = v.deploymentid
WHERE v.deploymentid = @DeploymentId
$query$),
('DeleteMembershipTableEntriesKey', $query$
WITH members AS (DELETE FROM orleansmembershiptable WHERE deploymentid = @DeploymentId)
DELETE FROM orleansmembershipversiontable WHERE deploymentid = @DeploymentId
$query$),
('CleanupDefunctSiloEntriesKey', $query$
DELETE FROM orleansmembershiptable
WHERE deploymentid = @DeploymentId AND iamalivetime < @IAmAliveTime AND status <> 3
$query$),
('GatewaysQueryKey', $query$
SELECT address AS "Address", proxyport AS "ProxyPort", generation AS "Generation"
FROM orleansmembershiptable
WHERE deploymentid = @DeploymentId AND status = @Status AND proxyport > 0
$query$),
-- Reminders. Hash ranges are half open, (begin, end], and may wrap around.
('UpsertReminderRowKey', $query$
INSERT INTO orleansreminderstable AS r (serviceid, grainid, remindername, starttime, period, grainhash)
VALUES (@ServiceId, @GrainId, @ReminderName, @StartTime, @Period, @GrainHash)
ON CONFLICT (serviceid, grainid, remindername) DO UPDATE
SET starttime = excluded.starttime, period = excluded.period, grainhash = excluded.grainhash, version = r.version + 1
RETURNING r.version AS "Version"
$query$),
('ReadReminderRowsKey', $query$
SELECT grainid AS "GrainId", remindername AS "ReminderName", starttime AS "StartTime", period AS "Period", version AS "Version"
FROM orleansreminderstable WHERE serviceid = @ServiceId AND grainid = @GrainId
$query$),
('ReadReminderRowKey', $query$
SELECT grainid AS "GrainId", remindername AS "ReminderName", starttime AS "StartTime", period AS "Period", version AS "Version"
FROM orleansreminderstable WHERE serviceid = @ServiceId AND grainid = @GrainId AND remindername = @ReminderName
$query$),
('ReadRangeRows1Key', $query$
SELECT grainid AS "GrainId", remindername AS "ReminderName", starttime AS "StartTime", period AS "Period", version AS "Version"
FROM orleansreminderstable WHERE serviceid = @ServiceId AND grainhash > @BeginHash AND grainhash <= @EndHash
$query$),
('ReadRangeRows2Key', $query$
SELECT grainid AS "GrainId", remindername AS "ReminderName", starttime AS "StartTime", period AS "Period", version AS "Version"
FROM orleansreminderstable WHERE serviceid = @ServiceId AND (grainhash > @BeginHash OR grainhash <= @EndHash)
$query$),
('DeleteReminderRowKey', $query$
WITH gone AS (
    DELETE FROM orleansreminderstable
    WHERE serviceid = @ServiceId AND grainid = @GrainId AND remindername = @ReminderName AND version = @Version
    RETURNING version)
SELECT EXISTS (SELECT FROM gone)
$query$),
('DeleteReminderRowsKey', $query$
DELETE FROM orleansreminderstable WHERE serviceid = @ServiceId
$query$),
-- Grain storage. No row in the answer means a lost race or a stale version; the provider raises InconsistentStateException.
('ReadFromStorageKey', $query$
SELECT payloadbinary AS "PayloadBinary", version AS "Version"
FROM orleansstorage
WHERE grainidhash = @GrainIdHash AND grainidn0 = @GrainIdN0 AND grainidn1 = @GrainIdN1
  AND graintypehash = @GrainTypeHash AND graintypestring = @GrainTypeString
  AND coalesce(grainidextensionstring, '') = coalesce(@GrainIdExtensionString, '') AND serviceid = @ServiceId
$query$),
('WriteToStorageKey', $query$
WITH changed AS (
    UPDATE orleansstorage SET payloadbinary = @PayloadBinary, modifiedon = now(), version = version + 1
    WHERE grainidhash = @GrainIdHash AND grainidn0 = @GrainIdN0 AND grainidn1 = @GrainIdN1
      AND graintypehash = @GrainTypeHash AND graintypestring = @GrainTypeString
      AND coalesce(grainidextensionstring, '') = coalesce(@GrainIdExtensionString, '') AND serviceid = @ServiceId
      AND version = @GrainStateVersion
    RETURNING version),
added AS (
    INSERT INTO orleansstorage
        (grainidhash, grainidn0, grainidn1, graintypehash, graintypestring, grainidextensionstring, serviceid, payloadbinary, version)
    SELECT @GrainIdHash, @GrainIdN0, @GrainIdN1, @GrainTypeHash, @GrainTypeString, @GrainIdExtensionString, @ServiceId, @PayloadBinary, 1
    WHERE @GrainStateVersion IS NULL
    ON CONFLICT DO NOTHING
    RETURNING version)
SELECT version AS "NewGrainStateVersion" FROM changed
UNION ALL
SELECT version FROM added
$query$),
('ClearStorageKey', $query$
UPDATE orleansstorage SET payloadbinary = NULL, modifiedon = now(), version = version + 1
WHERE grainidhash = @GrainIdHash AND grainidn0 = @GrainIdN0 AND grainidn1 = @GrainIdN1
  AND graintypehash = @GrainTypeHash AND graintypestring = @GrainTypeString
  AND coalesce(grainidextensionstring, '') = coalesce(@GrainIdExtensionString, '') AND serviceid = @ServiceId
  AND version = @GrainStateVersion
RETURNING version AS "NewGrainStateVersion"
$query$),
('DeleteStorageKey', $query$
DELETE FROM orleansstorage
WHERE grainidhash = @GrainIdHash AND grainidn0 = @GrainIdN0 AND grainidn1 = @GrainIdN1
  AND graintypehash = @GrainTypeHash AND graintypestring = @GrainTypeString
  AND coalesce(grainidextensionstring, '') = coalesce(@GrainIdExtensionString, '') AND serviceid = @ServiceId
  AND version = @GrainStateVersion
RETURNING version + 1 AS "NewGrainStateVersion"
$query$)
ON CONFLICT (querykey) DO UPDATE SET querytext = excluded.querytext;
