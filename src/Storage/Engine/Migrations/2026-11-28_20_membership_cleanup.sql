-- Which rows of dead silos may go. Orleans 10.4 asks for one row at a time by what it has read of it; a row that has changed since stays.
-- The statement for all at once deleted every silo that had been silent for long, whatever its status: also one that was declared dead
-- a moment ago, whose row must still stop its writes, and one that is joining. Only silos that stopped by themselves go by it now.
-- Status 6 is Orleans' SiloStatus.Dead.
UPDATE orleansquery SET querytext = $query$
DELETE FROM orleansmembershiptable
WHERE deploymentid = @DeploymentId AND status = 6 AND iamalivetime < @IAmAliveTime AND starttime < @IAmAliveTime AND coalesce(suspecttimes, '') = ''
$query$ WHERE querykey = 'CleanupDefunctSiloEntriesKey';

INSERT INTO orleansquery (querykey, querytext) VALUES ('CleanupDefunctSiloEntryKey', $query$
DELETE FROM orleansmembershiptable
WHERE deploymentid = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation
  AND status = 6 AND starttime = @StartTime AND iamalivetime = @IAmAliveTime AND coalesce(suspecttimes, '') = coalesce(@SuspectTimes, '')
$query$)
ON CONFLICT (querykey) DO UPDATE SET querytext = excluded.querytext;
