using Platform.Grains.Engine.Journal;
using Platform.Storage.Engine.Migrations;
using Platform.Storage.Tests.Engine.Journal;
using Platform.Testing;

namespace Platform.Storage.Tests.Engine.Migrations;

/// <summary>A dump restored into a server whose transaction ids are lower.</summary>
public sealed class RestoredJournalTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task A_journal_from_another_server_is_detected_and_its_rows_become_the_oldest_in_order()
    {
        await using var writing = new Writing(postgres.ConnectionString);
        var key = Writing.NewEntity();
        var chain = new AppendChain();
        await writing.AppendAllAsync(Enumerable.Range(1, 20).Select(version => Writing.Accept(key, version, chain)));
        Assert.False(await RestoredJournal.IsAheadAsync(postgres.ConnectionString, CancellationToken.None));

        await Tampering.ExecuteAsync(
            postgres.ConnectionString, "journal", "UPDATE journal SET xid = ((xid::text::bigint) + 1000000000)::text::xid8");
        Assert.True(await RestoredJournal.IsAheadAsync(postgres.ConnectionString, CancellationToken.None));

        await RestoredJournal.RenumberAsync(postgres.ConnectionString, CancellationToken.None);
        Assert.False(await RestoredJournal.IsAheadAsync(postgres.ConnectionString, CancellationToken.None));
        await writing.Writer.AppendAsync(Writing.Accept(key, 21));
        await Eventually.HoldsAsync(
            async () => (await ReadAsync()).Count == 21,
            TimeSpan.FromSeconds(10),
            "the fence has passed other transactions of this server");
        var page = await ReadAsync();
        Assert.Equal(Enumerable.Range(1, 21).Select(version => (long)version), page.Select(entry => entry.Version));

        async Task<IReadOnlyList<JournalEntry>> ReadAsync() =>
            (await writing.Reader.ReadOrganisationAsync(key.OrganisationId, Fence.Start, 100, CancellationToken.None)).Entries;
    }
}
