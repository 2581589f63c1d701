using System.Globalization;
using Platform.Grains.Engine.Audit;

namespace Platform.Api.Security.Audit;

/// <summary>
/// Keeps refusals from flooding the audit log. Within a minute, identical refusals of one source become one row immediately and one row
/// with their count at the end. The number of different refusals per source and in total is limited; the rest are counted in a row
/// without details, which belongs to the platform if nobody is signed in.
/// </summary>
public sealed class AuditTally(int perSource = AuditOptions.DefaultPerSource)
{
    /// <summary>The maximum number of different refusals in a minute, over all sources.</summary>
    public const int Total = 2_000;

    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private static readonly IReadOnlyDictionary<string, string> None = new Dictionary<string, string>();

    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _sources = new(StringComparer.Ordinal);
    private Dictionary<string, Counted> _counted = new(StringComparer.Ordinal);
    private DateTimeOffset _began;

    /// <summary>Returns the row to write, or null if the refusal is counted with an earlier one.</summary>
    public AuditRow? Admit(string source, AuditRow row)
    {
        lock (_gate)
        {
            if (_counted.Count == 0)
            {
                _began = row.At;
            }

            var exact = $"{source}|{row.OrganisationId}|{row.Action}|{row.Code}|{row.EntityId}|{string.Join('|', row.Details)}";
            if (_counted.TryGetValue(exact, out var same))
            {
                same.Add(row);
                return null;
            }

            var (key, admitted) = (exact, row);
            var known = _sources.GetValueOrDefault(source);
            if (_counted.Count >= Total)
            {
                // Too many sources: only count.
                key = "";
                admitted = row with
                {
                    OrganisationId = Caller.Platform, ActorId = null, EntityType = null, EntityId = null, Action = "audit.overflow",
                    Details = None,
                };
            }
            else if (known >= perSource)
            {
                key = $"{source}|{row.Action}|{row.Code}";
                admitted = row with
                {
                    OrganisationId = row.ActorId is null ? Caller.Platform : row.OrganisationId, EntityType = null, EntityId = null,
                    Details = None,
                };
            }

            if (_counted.TryGetValue(key, out var folded))
            {
                folded.Add(admitted);
                return null;
            }

            _sources[source] = known + 1;
            _counted.Add(key, new Counted(admitted));
            return admitted;
        }
    }

    /// <summary>Returns the rows with the repeat counts if the minute is over or <paramref name="now"/> is set, otherwise none.</summary>
    public IReadOnlyList<AuditRow> Close(DateTimeOffset at, bool now = false)
    {
        Dictionary<string, Counted> over;
        lock (_gate)
        {
            if (_counted.Count == 0 || (!now && at - _began < Window))
            {
                return [];
            }

            (over, _counted) = (_counted, new Dictionary<string, Counted>(StringComparer.Ordinal));
            _sources.Clear();
        }

        return [.. over.Values.Where(counted => counted.Repeats > 0).Select(counted => counted.Summary(at))];
    }

    private sealed class Counted(AuditRow first)
    {
        private AuditRow? _last;

        public int Repeats { get; private set; }

        public void Add(AuditRow row) => (_last, Repeats) = (row, Repeats + 1);

        public AuditRow Summary(DateTimeOffset at) => (_last ?? first) with
        {
            At = at,
            Id = Guid.CreateVersion7(at),
            Details = new SortedDictionary<string, string>(first.Details.ToDictionary(), StringComparer.Ordinal)
            {
                ["repeats"] = Repeats.ToString(CultureInfo.InvariantCulture),
                ["repeatsOf"] = first.Id.ToString(),
            },
        };
    }
}
