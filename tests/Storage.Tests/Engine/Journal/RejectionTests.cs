using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Platform.Grains.Engine.Journal;
using Platform.Storage.Engine.Journal;

namespace Platform.Storage.Tests.Engine.Journal;

/// <summary>
/// A command that the store rejects is a bug: it gets another result than one that is too large, it fails alone, and the log says where.
/// </summary>
public sealed class RejectionTests(SampleDatabase postgres) : IClassFixture<SampleDatabase>
{
    private const string Secret = "what a customer wrote";

    [Theory]
    [InlineData("no", "sample_04", "sample_04_says_no")]
    [InlineData(null, "sample_04", null)] // Not null.
    [InlineData("taken", "sample_04", "sample_04_once")]
    public async Task A_row_that_a_constraint_rejects_fails_alone_and_is_logged_with_table_and_constraint(
        string? text, string table, string? constraint)
    {
        var log = new Lines();
        await using var writing = new Writing(
            postgres.ConnectionString, options => options.MaxAppendBytes = 2_000, writers: new SampleTables().Writers, logger: log);
        await TakeAsync(writing, "taken");
        var blocking = await Writing.BlockAsync(postgres.ConnectionString);
        var first = writing.Writer.AppendAsync(Writing.Accept(Writing.NewEntity(), 1));
        using var rejected = new Rejected();

        var others = writing.AppendAllAsync(Enumerable.Range(0, 20).Select(i => With(Writing.NewEntity(), $"{text}/{i}")));
        var (key, chain) = (Writing.NewEntity(), new AppendChain());
        var bad = writing.AppendAllAsync(With(key, text, chain), Writing.Accept(key, 2, chain));
        var large = writing.Writer.AppendAsync(
            Writing.Accept(Writing.NewEntity(), 1, events: $"[\"{new string('x', 3_000)}\"]"));
        await Writing.ReleaseAsync(blocking);
        await first;

        Assert.All(await others, outcome => Assert.Equal(AppendResult.Committed, outcome.Result));
        Assert.Equal([AppendResult.Rejected, AppendResult.Superseded], (await bad).Select(outcome => outcome.Result));
        Assert.Equal(new AppendOutcome(AppendResult.TooLarge, Limit: 2_000), await large);
        Assert.True(rejected.Count >= 2); // Other tests in this process count too.
        Assert.Empty(await writing.Reader.ReadEntityAsync(key, 1, 10, CancellationToken.None));

        var error = Assert.Single(log.All, line => line.StartsWith("Error", StringComparison.Ordinal));
        Assert.Contains($"table {table}", error, StringComparison.Ordinal);
        Assert.Contains($"constraint {constraint ?? "(null)"}", error, StringComparison.Ordinal);
        Assert.DoesNotContain(log.All, line => line.Contains(Secret, StringComparison.Ordinal));

        // The entity continues from its durable state.
        Assert.Equal(AppendResult.Committed, (await writing.Writer.AppendAsync(With(key, $"{text}/repaired"))).Result);
    }

    [Fact]
    public async Task A_payload_that_the_server_quotes_in_its_message_is_not_logged()
    {
        var log = new Lines();
        await using var writing = new Writing(postgres.ConnectionString, logger: log);
        var outcome = await writing.Writer.AppendAsync(Writing.Accept(Writing.NewEntity(), 1, events: $"[\"{Secret}\""));
        Assert.Equal(AppendResult.Rejected, outcome.Result);
        Assert.Contains("SQLSTATE 22P02", Assert.Single(log.All), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, log.All[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_without_a_writer_is_rejected_and_the_failure_is_logged()
    {
        var log = new Lines();
        await using var writing = new Writing(postgres.ConnectionString, logger: log);
        var outcome = await writing.Writer.AppendAsync(With(Writing.NewEntity(), Secret));
        Assert.Equal(AppendResult.Rejected, outcome.Result);
        Assert.Contains(
            log.All,
            line => line.StartsWith("Error", StringComparison.Ordinal) && line.Contains("ReadModelWriters", StringComparison.Ordinal));
        Assert.DoesNotContain(log.All, line => line.Contains(Secret, StringComparison.Ordinal));
    }

    private static async Task TakeAsync(Writing writing, string text)
    {
        if (await writing.CountAsync($"SELECT count(*) FROM sample_04 WHERE text = '{text}'") == 0)
        {
            Assert.Equal(AppendResult.Committed, (await writing.Writer.AppendAsync(With(Writing.NewEntity(), text))).Result);
        }
    }

    private static Append With(EntityKey key, string? text, AppendChain? chain = null) => Writing.Accept(key, 1, chain) with
    {
        Rows =
        [
            SampleTables.Row(4, key.OrganisationId, key.Id, text!),
            SampleTables.Row(5, key.OrganisationId, key.Id, $"{Secret} {key.Id}"),
        ],
    };

    /// <summary>Counts what the meter reports until it is disposed.</summary>
    private sealed class Rejected : IDisposable
    {
        private readonly MeterListener _listener = new();
        private long _count;

        public Rejected()
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "platform.journal.rejected")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((_, by, _, _) => Interlocked.Add(ref _count, by));
            _listener.Start();
        }

        public long Count => Interlocked.Read(ref _count);

        public void Dispose() => _listener.Dispose();
    }

    private sealed class Lines : ILogger<GroupCommitWriter>
    {
        private readonly List<string> _lines = [];

        public IReadOnlyList<string> All
        {
            get
            {
                lock (_lines)
                {
                    return [.. _lines];
                }
            }
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_lines)
            {
                _lines.Add($"{logLevel} {formatter(state, exception)} {exception}");
            }
        }
    }
}
