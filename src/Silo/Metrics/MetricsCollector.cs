using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;

namespace Platform.Silo.Metrics;

/// <summary>Listens to the meters of the platform, of Orleans, of HTTP and of the runtime, and tells what they measured.</summary>
public sealed class MetricsCollector : IDisposable
{
    private static readonly string[] Meters = ["Microsoft.Orleans", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Http.Connections", "System.Runtime"];
    private readonly ConcurrentDictionary<Instrument, InstrumentSeries> _instruments = new();
    private readonly MeterListener _listener = new();

    public MetricsCollector()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name.StartsWith("Platform.", StringComparison.Ordinal) || Meters.Contains(instrument.Meter.Name))
            {
                listener.EnableMeasurementEvents(instrument, _instruments.GetOrAdd(instrument, static one => new InstrumentSeries(one)));
            }
        };
        _listener.MeasurementsCompleted = (instrument, _) => _instruments.TryRemove(instrument, out InstrumentSeries? _);
        _listener.SetMeasurementEventCallback<byte>(static (_, value, tags, series) => Record(series, value, tags));
        _listener.SetMeasurementEventCallback<short>(static (_, value, tags, series) => Record(series, value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, series) => Record(series, value, tags));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, series) => Record(series, value, tags));
        _listener.SetMeasurementEventCallback<float>(static (_, value, tags, series) => Record(series, value, tags));
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, series) => Record(series, value, tags));
        _listener.SetMeasurementEventCallback<decimal>(static (_, value, tags, series) => Record(series, (double)value, tags));
        _listener.Start();
    }

    /// <summary>Everything as Prometheus text, one block for each name.</summary>
    public string Write()
    {
        _listener.RecordObservableInstruments();
        var text = new StringBuilder(64 * 1024);
        foreach (var group in _instruments.Values.GroupBy(series => series.Name, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var first = group.First();
            Exposition.Head(text, first.Name, first.Help, first.Kind);
            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (var series in group.Where(series => series.Kind == first.Kind))
            {
                var samples = new StringBuilder();
                series.Write(samples);
                foreach (var sample in samples.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries))
                {
                    // Two instruments may share a name and tags, such as one of each silo in a test process: the first is told.
                    if (seen.Add(sample[..sample.LastIndexOf(' ')]))
                    {
                        text.Append(sample).Append('\n');
                    }
                }
            }
        }

        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();

    private static void Record(object? series, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        ((InstrumentSeries)series!).Record(value, tags);
}
