using Npgsql;
using Platform.Grains.Engine.Journal;
using Platform.Storage.Engine.Tables;

namespace Platform.Storage.Tests.Engine.Journal;

/// <summary>A connection keeps few prepared statements, whatever the batches contain.</summary>
public sealed class BoundedStatementsTests(SampleDatabase postgres) : IClassFixture<SampleDatabase>
{
    // Here all commands are accepted and none is audited; production has five kinds.
    private const int KindsOfCalls = 1;
    private const int Mixtures = 3;

    private readonly SampleTables _tables = new();

    [Fact]
    public void Rows_of_the_same_types_make_one_text_in_any_order()
    {
        var writers = new ReadModelWriters(_tables.Writers.Reverse());
        var texts = Permutations([0, 3, 5, 7, 11])
            .Select(order => string.Join('\n', writers.Write(order.Select(Row)).Select(command => command.CommandText)))
            .ToList();
        Assert.Equal(120, texts.Count);
        Assert.Single(texts.Distinct());
        var tables = Enumerable.Range(0, SampleTables.Count)
            .Where(table => texts[0].Contains(SampleTables.NameOf(table), StringComparison.Ordinal));
        Assert.Equal([0, 3, 5, 7, 11], tables);
    }

    [Fact]
    public async Task A_connection_keeps_a_bounded_number_of_mixtures_and_every_row_is_written()
    {
        await using var writing = new Writing(
            postgres.ConnectionString, options => options.MaxMixtures = Mixtures, writers: _tables.Writers);
        var random = new Random(20260001);
        var expected = new Dictionary<(int Table, Guid Id), string>();
        for (var turn = 0; turn < 400; turn++)
        {
            // Mostly a few frequent mixtures, which change over time so that statements are kept and evicted; otherwise random ones.
            int[] tables = turn % 4 == 0
                ? [.. Enumerable.Range(0, SampleTables.Count).Where(_ => random.Next(2) == 0).OrderBy(_ => random.Next())]
                : [.. Enumerable.Range(0, 3)
                    .Select(i => ((turn / 30) + i + (turn % 2 * 5)) % SampleTables.Count)
                    .OrderBy(_ => random.Next())];
            var key = Writing.NewEntity();
            ReadModelRow[] rows = [.. tables.Select(table => SampleTables.Row(table, key.OrganisationId, key.Id, $"mixed {turn}/{table}"))];
            Assert.Equal(AppendResult.Committed, (await writing.Writer.AppendAsync(Writing.Accept(key, 1) with { Rows = rows })).Result);
            foreach (var table in tables)
            {
                expected.Add((table, key.Id), $"mixed {turn}/{table}");
            }

            if (turn < 200 && turn % 30 == 29)
            {
                // After a rejection the lane takes another connection from the pool.
                var invalid = Writing.Accept(Writing.NewEntity(), 1, events: "no json");
                Assert.Equal(AppendResult.Rejected, (await writing.Writer.AppendAsync(invalid)).Result);
            }
        }

        var written = new Dictionary<(int Table, Guid Id), string>();
        var most = 0L;
        await using var source = NpgsqlDataSource.Create(postgres.ConnectionString);
        for (var table = 0; table < SampleTables.Count; table++)
        {
            await using var command = source.CreateCommand(
                $"SELECT id, text, prepared FROM {SampleTables.NameOf(table)} WHERE text LIKE 'mixed %'");
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                written.Add((table, reader.GetGuid(0)), reader.GetString(1));
                most = Math.Max(most, reader.GetInt64(2));
            }
        }

        Assert.Equal(
            expected.OrderBy(row => row.Key.Table).ThenBy(row => row.Key.Id),
            written.OrderBy(row => row.Key.Table).ThenBy(row => row.Key.Id));
        Assert.InRange(most, SampleTables.Count + Mixtures, SampleTables.Count + Mixtures + KindsOfCalls);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    public async Task A_rare_or_frequent_mixture_is_written_all_or_nothing(int before)
    {
        await using var writing = new Writing(postgres.ConnectionString, writers: _tables.Writers);
        for (var turn = 0; turn < before; turn++)
        {
            Assert.Equal(AppendResult.Committed, (await WriteAsync($"{before}/{turn}")).Result);
        }

        var key = Writing.NewEntity();
        Assert.Equal(AppendResult.Rejected, (await WriteAsync("no", key)).Result);
        Assert.Empty(await writing.Reader.ReadEntityAsync(key, 1, 10, CancellationToken.None));
        var count = await TestLogins.ScalarAsync(postgres.ConnectionString, $"SELECT count(*) FROM sample_01 WHERE id = '{key.Id}'");
        Assert.Equal(0L, count);
        Assert.Equal(AppendResult.Committed, (await WriteAsync($"{before}/after", key)).Result);
        Assert.Single(await writing.Reader.ReadEntityAsync(key, 1, 10, CancellationToken.None));

        Task<AppendOutcome> WriteAsync(string text, EntityKey? of = null)
        {
            var at = of ?? Writing.NewEntity();
            ReadModelRow[] rows =
            [
                SampleTables.Row(2, at.OrganisationId, at.Id, text),
                SampleTables.Row(1, at.OrganisationId, at.Id, "fine" + text),
            ];
            return writing.Writer.AppendAsync(Writing.Accept(at, 1) with { Rows = rows });
        }
    }

    private static ReadModelRow Row(int table) => SampleTables.Row(table, Guid.Empty, Guid.Empty, "x");

    private static IEnumerable<int[]> Permutations(int[] of) => of.Length == 0
        ? [[]]
        : of.SelectMany(first => Permutations([.. of.Where(other => other != first)]).Select(rest => (int[])[first, .. rest]));
}
