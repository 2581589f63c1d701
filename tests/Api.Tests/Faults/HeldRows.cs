using Npgsql;
using Platform.Testing;

namespace Platform.Api.Tests.Faults;

/// <summary>Stops the journal at one row of each of several organisations, so that a test can kill the writer just there.</summary>
internal sealed class HeldRows : IAsyncDisposable
{
    private const string Waiting =
        """
        FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database =
            (SELECT oid FROM pg_database WHERE datname = current_database())
        """;

    private readonly NpgsqlConnection _holder;
    private readonly Kill[] _kills;

    private HeldRows(NpgsqlConnection holder, Kill[] kills) => (_holder, _kills) = (holder, kills);

    /// <summary>Each row waits for a lock of its own: its place in the list.</summary>
    public static async Task<HeldRows> HoldAsync(NpgsqlDataSource source, IReadOnlyList<(Guid Organisation, Kill Kill)> rows)
    {
        var held = new HeldRows(await source.OpenConnectionAsync(), [.. rows.Select(row => row.Kill)]);
        await held.ExecuteAsync(
            """
            CREATE OR REPLACE FUNCTION wait_for_the_test() RETURNS trigger LANGUAGE plpgsql
            AS 'BEGIN PERFORM pg_advisory_xact_lock_shared(TG_ARGV[0]::bigint); RETURN NEW; END'
            """);
        foreach (var (place, (organisation, kill)) in rows.Index())
        {
            await held.ExecuteAsync(
                $"""
                SELECT pg_advisory_lock({place});
                CREATE TRIGGER wait_for_the_test_{place} BEFORE INSERT ON journal FOR EACH ROW
                WHEN (NEW.org_id = '{organisation}' AND NEW.entity_type = '{kill.Entity}'
                    AND NEW.events::text LIKE '%"$type":"{kill.Event}"%')
                EXECUTE FUNCTION wait_for_the_test({place});
                """);
        }

        return held;
    }

    /// <summary>Waits until all of the rows are being written at the same time.</summary>
    public Task ReachedAsync() => WaitingAsync(_kills.Length, "the rows are reached");

    /// <summary>Ends the transactions of those that are to be lost.</summary>
    public async Task LoseAsync()
    {
        var lost = _kills.Index().Where(kill => !kill.Item.Written).Select(kill => kill.Index).ToList();
        await ExecuteAsync($"SELECT pg_terminate_backend(pid) {Waiting} AND objid = ANY ('{{{string.Join(',', lost)}}}')");
        await WaitingAsync(_kills.Length - lost.Count, "the rows are lost");
    }

    /// <summary>Lets go of the rows; those that were not lost are written.</summary>
    public async ValueTask DisposeAsync()
    {
        await ExecuteAsync("SELECT pg_advisory_unlock_all()");
        foreach (var place in Enumerable.Range(0, _kills.Length))
        {
            await ExecuteAsync($"DROP TRIGGER wait_for_the_test_{place} ON journal");
        }

        await _holder.DisposeAsync();
    }

    private Task WaitingAsync(int rows, string why) => Eventually.HoldsAsync(
        async () =>
        {
            await using var command = new NpgsqlCommand($"SELECT count(*) {Waiting}", _holder);
            var waiting = (long)(await command.ExecuteScalarAsync())!;
            return waiting == rows ? true : throw new InvalidOperationException($"{waiting} rows wait, not {rows}.");
        },
        TimeSpan.FromSeconds(30), $"{why}: {string.Join("; ", _kills.Select(kill => kill.ToString()))}");

    private async Task ExecuteAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, _holder);
        await command.ExecuteNonQueryAsync();
    }
}
