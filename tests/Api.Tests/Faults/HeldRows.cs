using Npgsql;
using Platform.Testing;

namespace Platform.Api.Tests.Faults;

/// <summary>Stops the journal at the row of one event, so that a test can kill the writer just there.</summary>
internal sealed class HeldRow : IAsyncDisposable
{
    private const int Lock = 4242;
    private const string Waiting =
        """
        FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database =
            (SELECT oid FROM pg_database WHERE datname = current_database())
        """;

    private readonly NpgsqlConnection _holder;

    private HeldRow(NpgsqlConnection holder) => _holder = holder;

    public static async Task<HeldRow> HoldAsync(NpgsqlDataSource source, Kill kill)
    {
        var held = new HeldRow(await source.OpenConnectionAsync());
        await held.ExecuteAsync(
            $$"""
            SELECT pg_advisory_lock({{Lock}});
            CREATE OR REPLACE FUNCTION wait_for_the_test() RETURNS trigger LANGUAGE plpgsql
            AS 'BEGIN PERFORM pg_advisory_xact_lock_shared({{Lock}}); RETURN NEW; END';
            CREATE TRIGGER wait_for_the_test BEFORE INSERT ON journal FOR EACH ROW
            WHEN (NEW.entity_type = '{{kill.Entity}}' AND NEW.events::text LIKE '%"$type":"{{kill.Event}}"%')
            EXECUTE FUNCTION wait_for_the_test();
            """);
        return held;
    }

    public Task ReachedAsync() =>
        Eventually.HoldsAsync(async () => await WaitingAsync() == 1, TimeSpan.FromSeconds(30), "the row is reached");

    /// <summary>Ends the transaction of the row, which is then lost.</summary>
    public async Task LoseAsync()
    {
        await ExecuteAsync($"SELECT pg_terminate_backend(pid) {Waiting}");
        await Eventually.HoldsAsync(async () => await WaitingAsync() == 0, TimeSpan.FromSeconds(30), "the row is lost");
    }

    /// <summary>Lets go of the row; it is written, unless it was lost.</summary>
    public async ValueTask DisposeAsync()
    {
        await ExecuteAsync($"SELECT pg_advisory_unlock({Lock})");
        await ExecuteAsync("DROP TRIGGER wait_for_the_test ON journal");
        await _holder.DisposeAsync();
    }

    private async Task<long> WaitingAsync()
    {
        await using var command = new NpgsqlCommand($"SELECT count(*) {Waiting}", _holder);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, _holder);
        await command.ExecuteNonQueryAsync();
    }
}
