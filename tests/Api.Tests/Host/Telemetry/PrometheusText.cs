using System.Globalization;
using System.Text.RegularExpressions;

namespace Platform.Api.Tests.Host.Telemetry;

/// <summary>A strict parser of the Prometheus text format 0.0.4: any violation fails the test.</summary>
public sealed partial class PrometheusText
{
    private readonly Dictionary<string, string> _types = [];
    private readonly List<Sample> _samples = [];

    /// <summary>One sample line.</summary>
    public sealed record Sample(string Family, string Name, IReadOnlyDictionary<string, string> Labels, double Value);

    /// <summary>The metric names with their types.</summary>
    public IReadOnlyDictionary<string, string> Types => _types;

    public IReadOnlyList<Sample> Samples => _samples;

    public static PrometheusText Parse(string text)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        var read = new PrometheusText();
        var family = "";
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line != "# EOF"))
        {
            if (line.StartsWith('#'))
            {
                var head = Head().Match(line);
                Assert.True(head.Success, line);
                if (head.Groups["what"].Value == "TYPE")
                {
                    family = head.Groups["name"].Value;
                    Assert.True(read._types.TryAdd(family, head.Groups["rest"].Value), $"{family} has two blocks");
                }

                continue;
            }

            read.Add(family, line);
        }

        read.CheckHistograms();
        return read;
    }

    private void Add(string family, string line)
    {
        var parts = Line().Match(line);
        Assert.True(parts.Success, line);
        var name = parts.Groups["name"].Value;
        var own = _types[family] == "histogram" ? new[] { $"{family}_bucket", $"{family}_sum", $"{family}_count" } : [family];
        Assert.Contains(name, own);
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (Match label in Label().Matches(parts.Groups["labels"].Value))
        {
            labels.Add(label.Groups[1].Value, label.Groups[2].Value);
        }

        _samples.Add(new Sample(family, name, labels, Number(parts.Groups["value"].Value)));
    }

    private static double Number(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.Parse(text, CultureInfo.InvariantCulture),
    };

    private static string Key(Sample sample) =>
        string.Join(',', sample.Labels.Where(label => label.Key != "le").Select(label => $"{label.Key}={label.Value}"));

    // Bucket values increase with their bounds, and the last one equals the count.
    private void CheckHistograms()
    {
        var keys = _samples.Select(sample => $"{sample.Name} {sample.Labels.GetValueOrDefault("le")} {Key(sample)}");
        Assert.Equal(_samples.Count, keys.Distinct().Count());
        var histograms = _samples.Where(sample => _types[sample.Family] == "histogram");
        foreach (var series in histograms.GroupBy(sample => (sample.Family, Key(sample))))
        {
            var buckets = series.Where(sample => sample.Name.EndsWith("_bucket", StringComparison.Ordinal)).ToList();
            var bounds = buckets.Select(bucket => Number(bucket.Labels["le"])).ToList();
            Assert.Equal(bounds.Order(), bounds);
            Assert.Equal(buckets.Select(bucket => bucket.Value).Order(), buckets.Select(bucket => bucket.Value));
            Assert.Equal("+Inf", buckets[^1].Labels["le"]);
            var count = Assert.Single(series, sample => sample.Name.EndsWith("_count", StringComparison.Ordinal));
            Assert.Equal(buckets[^1].Value, count.Value);
        }
    }

    [GeneratedRegex("^# (?<what>HELP|TYPE|UNIT) (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) ?(?<rest>.*)$")]
    private static partial Regex Head();

    private const string Labels = """[a-zA-Z_][a-zA-Z0-9_]*="([^"\\]|\\.)*"(,[a-zA-Z_][a-zA-Z0-9_]*="([^"\\]|\\.)*")*""";

    [GeneratedRegex(
        """^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?<labels>""" + Labels + """)?\})? """ +
        "(?<value>NaN|[+-]Inf|-?[0-9.]+([eE][+-]?[0-9]+)?)( [0-9]+)?$")]
    private static partial Regex Line();

    [GeneratedRegex("""([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"(?:,|$)""")]
    private static partial Regex Label();
}
