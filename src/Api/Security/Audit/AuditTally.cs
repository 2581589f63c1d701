using System.Globalization;
using Platform.Grains.Engine.Audit;

namespace Platform.Api.Security.Audit;

/// <summary>
/// Keeps whoever is refused from filling the log. Within a minute identical refusals of one source are one row at once and one
/// row with their number at its end; a source has few different ones, and all sources together a bounded number. What is
/// beyond that is counted in a row without its particulars, which belongs to the platform where nobody is signed in.
/// </summary>
public sealed class AuditTally(int perSource = AuditOptions.DefaultPerSource)
{
    /// <summary>How many different refusals are told apart of all sources in a minute.</summary>
    public const int Total = 2_000;

    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private static readonly IReadOnlyDictionary<string, string> None = new Dictionary<string, string>();

    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _sources = new(StringComparer.Ordinal);
    private Dictionary<string, Counted> _counted = new(StringComparer.Ordinal);
    private DateTimeOffset _began;

    /// <summary>The row to write for this one; null where it is counted with an earlier one.</summary>
    public AuditRow? Admit(string source, AuditRow row)
    {
        lock (_gate)
        {
            if (_counted.Count == 0)
            {
                _began = row.At;
            }

            var particular = $"{source}|{row.OrganisationId}|{row.Action}|{row.Code}|{row.EntityId}|{string.Join('|', row.Details)}";
            if (_counted.TryGetValue(particular, out var same))
            {
                same.Add(row);
                return null;
            }

            var (key, admitted) = (particular, row);
            var known = _sources.GetValueOrDefault(source);
            if (_counted.Count >= Total)
            {
                // Of as many sources as there may be, nothing but the number.
                (key, admitted) = ("", row with { OrganisationId = Caller.Platform, ActorId = null, EntityType = null, EntityId = null, Action = "audit.overflow", Details = None });
            }
            else if (known >= perSource)
            {
                key = $"{source}|{row.Action}|{row.Code}";
                admitted = row with
                {
                    OrganisationId = row.ActorId is null ? Caller.Platform : row.OrganisationId, EntityType = null, EntityId = null, Details = None,
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

    /// <summary>The rows that tell how often what was written happened again, once the minute is over or <paramref name="now"/> ends it.</summary>
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
