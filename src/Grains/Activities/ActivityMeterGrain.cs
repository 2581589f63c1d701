using Orleans.Concurrency;
using Platform.Activities;
using Platform.Grains.Engine.Entities;

namespace Platform.Grains.Activities;

[GrainType("activity-meter"), Reentrant]
internal sealed class ActivityMeterGrain(MeterDefinition definition, EntityServices services)
    : EntityGrain<MeterState, MeterEvent>(definition, services), IActivityMeterGrain
{
    public Task<Result<Usage>> TakeAsync(TakeUsage command) =>
        ExecuteAsync(command, MeterDecisions.Take, MeterDefinition.UsedBefore(command.Month, command.Type));

    public Task<Result<Usage>> GiveBackAsync(GiveBackUsage command) =>
        ExecuteAsync(command, MeterDecisions.GiveBack, MeterDefinition.UsedBefore(command.Month, command.Type));
}
