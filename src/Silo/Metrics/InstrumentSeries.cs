using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Platform.Silo.Metrics;

/// <summary>How an instrument's measurements become one number.</summary>
internal enum SeriesKind
{
    /// <summary>A sum of what was added.</summary>
    Counter,

    /// <summary>A running total that the instrument reports itself.</summary>
    Total,

    /// <summary>A sum that also falls.</summary>
    UpDown,

    /// <summary>The last value.</summary>
    Gauge,

    Histogram,
}

/// <summary>All series of one instrument, one for each set of tags. Recording allocates nothing once a set of tags is known.</summary>
internal sealed class InstrumentSeries
{
    // Tags with many values are a mistake; what passes the bound is counted without tags.
    private const int MaxSeries = 500;
    private static readonly double[] Seconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
    private static readonly double[] Milliseconds = [.. Seconds.Select(bound => bound * 1000)];
    private static readonly double[] Sizes = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 10_000, 100_000, 1_000_000];
    private readonly Lock _lock = new();
    private readonly Dictionary<int, Series> _byHash = [];
    private readonly double[] _bounds;

    public InstrumentSeries(Instrument instrument)
    {
        Kind = KindOf(instrument);
        Name = NameOf(instrument, Kind);
        Help = instrument.Description ?? instrument.Name;
        _bounds = Kind != SeriesKind.Histogram ? [] : instrument.Unit switch
        {
            "s" => Seconds,
            "ms" => Milliseconds,
            _ => Sizes,
        };
    }

    public string Name { get; }

    public string Help { get; }

    public SeriesKind Kind { get; }

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (_lock)
        {
            Find(tags).Record(Kind, value, _bounds);
        }
    }

    public void Write(StringBuilder text)
    {
        lock (_lock)
        {
            foreach (var first in _byHash.Values)
            {
                for (var series = first; series is not null; series = series.Next)
                {
                    series.Write(text, Name, Kind, _bounds);
                }
            }
        }
    }

    private Series Find(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var hash = default(HashCode);
        foreach (var (key, value) in tags)
        {
            hash.Add(key);
            hash.Add(value);
        }

        var code = hash.ToHashCode();
        _byHash.TryGetValue(code, out var first);
        for (var series = first; series is not null; series = series.Next)
        {
            if (series.Has(tags))
            {
                return series;
            }
        }

        return _byHash.Count >= MaxSeries && tags.Length > 0 ? Find([]) : _byHash[code] = new Series(tags.ToArray(), first, _bounds.Length);
    }

    private static SeriesKind KindOf(Instrument instrument)
    {
        var type = instrument.GetType().Name;
        return type.StartsWith("Histogram", StringComparison.Ordinal) ? SeriesKind.Histogram
            : type.StartsWith("Counter", StringComparison.Ordinal) ? SeriesKind.Counter
            : type.StartsWith("ObservableCounter", StringComparison.Ordinal) ? SeriesKind.Total
            : type.StartsWith("UpDownCounter", StringComparison.Ordinal) ? SeriesKind.UpDown
            : SeriesKind.Gauge;
    }

    private static string NameOf(Instrument instrument, SeriesKind kind)
    {
        var name = Exposition.Sanitise(instrument.Name);
        var unit = instrument.Unit switch
        {
            "s" => "_seconds",
            "ms" => "_milliseconds",
            "By" or "bytes" => "_bytes",
            _ => "",
        };
        name = name.EndsWith(unit, StringComparison.Ordinal) ? name : name + unit;
        return kind is SeriesKind.Counter or SeriesKind.Total && !name.EndsWith("_total", StringComparison.Ordinal) ? name + "_total" : name;
    }

    private sealed class Series(KeyValuePair<string, object?>[] tags, InstrumentSeries.Series? next, int bounds)
    {
        private readonly string _labels = Exposition.Labels(tags);
        private readonly long[] _buckets = new long[bounds + 1];
        private double _value;
        private long _count;

        public Series? Next { get; } = next;

        public bool Has(ReadOnlySpan<KeyValuePair<string, object?>> others)
        {
            if (others.Length != tags.Length)
            {
                return false;
            }

            for (var i = 0; i < tags.Length; i++)
            {
                if (tags[i].Key != others[i].Key || !Equals(tags[i].Value, others[i].Value))
                {
                    return false;
                }
            }

            return true;
        }

        public void Record(SeriesKind kind, double value, double[] bounds)
        {
            if (kind is SeriesKind.Gauge or SeriesKind.Total)
            {
                _value = value;
                return;
            }

            _value += value;
            if (kind == SeriesKind.Histogram)
            {
                _count++;
                var index = Array.BinarySearch(bounds, value);
                _buckets[index < 0 ? ~index : index]++;
            }
        }

        public void Write(StringBuilder text, string name, SeriesKind kind, double[] bounds)
        {
            if (kind != SeriesKind.Histogram)
            {
                Exposition.Sample(text, name, _labels, _value);
                return;
            }

            long below = 0;
            for (var i = 0; i <= bounds.Length; i++)
            {
                below += _buckets[i];
                var bound = i == bounds.Length ? "+Inf" : bounds[i].ToString(CultureInfo.InvariantCulture);
                Exposition.Sample(text, name + "_bucket", Exposition.With(_labels, "le", bound), below);
            }

            Exposition.Sample(text, name + "_sum", _labels, _value);
            Exposition.Sample(text, name + "_count", _labels, _count);
        }
    }
}
