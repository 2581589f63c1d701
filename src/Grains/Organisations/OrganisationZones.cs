using System.Collections.Concurrent;
using NodaTime;
using Platform.Grains.Access;
using Platform.Grains.Engine.Journal;
using Platform.Grains.Engine.Registration;
using Platform.Organisations;

namespace Platform.Grains.Organisations;

/// <summary>
/// Caches the time zones of organisations for five minutes, or until the organisation changes in this process. UTC if there is no such
/// organisation.
/// </summary>
[Singleton]
public sealed class OrganisationZones
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<Guid, Known> _known = new();
    private readonly TimeProvider _time;

    public OrganisationZones(TimeProvider time, AccessSignal signal)
    {
        _time = time;
        signal.Changed += key => _known.TryRemove(key.OrganisationId, out _);
    }

    public ValueTask<OrganisationZone> OfAsync(IGrainFactory grains, Guid organisationId) =>
        _known.TryGetValue(organisationId, out var known) && _time.GetElapsedTime(known.At) < Lease
            ? new(known.Zone)
            : new(AskAsync(grains, organisationId));

    private async Task<OrganisationZone> AskAsync(IGrainFactory grains, Guid organisationId)
    {
        var asked = _time.GetTimestamp();
        var organisation = await grains.GetGrain<IOrganisationGrain>(EntityKey.Of(organisationId).ToString()).GetAsync();
        if (organisation.Error is { Kind: not ErrorKind.NotFound } error)
        {
            throw new JournalUnavailableException($"The organisation's time zone is not known: {error.Message}");
        }

        var zone = new OrganisationZone(organisation.Value is { } view ? DateTimeZoneProviders.Tzdb[view.TimeZone] : DateTimeZone.Utc);
        _known[organisationId] = new Known(zone, asked);
        return zone;
    }

    private sealed record Known(OrganisationZone Zone, long At);
}

/// <summary>A time zone, to find the day of an instant as days since 0001-01-01.</summary>
public sealed record OrganisationZone(DateTimeZone Zone)
{
    public int DayOf(DateTimeOffset at) =>
        DateOnly.FromDateTime(Instant.FromDateTimeOffset(at).InZone(Zone).Date.ToDateTimeUnspecified()).DayNumber;
}
