using Npgsql;
using NpgsqlTypes;
using Platform.Grains.Engine.Journal;
using Platform.Grains.Engine.Registration;
using Platform.Grains.Engine.Streams;
using Platform.Storage.Engine.Tables;

namespace Platform.Storage.Engine.Journal;

/// <summary>The tables <c>consumer_token</c> and <c>quarantine</c>.</summary>
[Singleton(typeof(IConsumerStore))]
public sealed class ConsumerStore(PlatformDatabase database) : IConsumerStore
{
    internal static readonly Table Tokens = new("consumer_token", TableKind.Progress);
    internal static readonly Table Quarantine = new("quarantine", TableKind.Progress);

    private const string Load = "SELECT xid, position FROM consumer_token WHERE org_id = $1 AND consumer = $2";

    private const string Head = "SELECT xid, position FROM journal WHERE org_id = $1 ORDER BY xid DESC, position DESC LIMIT 1";

    private const string Move = $"{TokenMoveSql.With} SELECT count(*) FROM won";

    public Task<Fence> LoadAsync(Guid organisationId, string consumer, CancellationToken cancellationToken) =>
        StoreFailure.TranslateAsync(async () =>
        {
            await using var command = database.Queries.CreateCommand(Load);
            command.Parameters.Add(new() { Value = organisationId });
            command.Parameters.Add(new() { Value = consumer });
            return await FenceReader.ReadOneAsync(command, cancellationToken);
        });

    public Task<Fence> HeadAsync(Guid organisationId, CancellationToken cancellationToken) => StoreFailure.TranslateAsync(async () =>
    {
        await using var command = database.Queries.CreateCommand(Head);
        command.Parameters.Add(new() { Value = organisationId });
        return await FenceReader.ReadOneAsync(command, cancellationToken);
    });

    public Task<bool> MoveAsync(TokenMove move, CancellationToken cancellationToken) => StoreFailure.TranslateAsync(async () =>
    {
        await using var command = database.Queries.CreateCommand(Move);
        TokenMoveSql.AddParameters(command, move);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))! == 1;
    });
}

/// <summary>
/// The compare-and-set of a token as the first part of a statement; the other parts take effect only if it succeeds. Effect and token
/// are one statement, so that it holds a transaction id, for which the fence waits, as briefly as possible.
/// </summary>
internal static class TokenMoveSql
{
    /// <summary>Uses the parameters 1 to 10. <c>won</c> has one row if the token was moved.</summary>
    public const string With = """
        WITH moved AS (
            UPDATE consumer_token SET xid = $5, position = $6
            WHERE org_id = $1 AND consumer = $2 AND xid = $3 AND position = $4
            RETURNING 1),
        begun AS (
            INSERT INTO consumer_token (org_id, consumer, xid, position)
            SELECT $1, $2, $5, $6 WHERE $3 = '0'::xid8 AND $4 = 0
            ON CONFLICT DO NOTHING
            RETURNING 1),
        won AS (SELECT 1 FROM moved UNION ALL SELECT 1 FROM begun),
        put_aside AS (
            INSERT INTO quarantine (org_id, consumer, entity_id, version, error, at)
            SELECT $1, $2, p.entity_id, p.version, p.error, p.at
            FROM won, unnest($7, $8, $9, $10) AS p (entity_id, version, error, at)
            ON CONFLICT DO NOTHING)
        """;

    public static void AddParameters(NpgsqlCommand command, TokenMove move)
    {
        command.Parameters.Add(new() { Value = move.OrganisationId });
        command.Parameters.Add(new() { Value = move.Consumer });
        command.Parameters.Add(new() { Value = move.From.Xid, NpgsqlDbType = NpgsqlDbType.Xid8 });
        command.Parameters.Add(new() { Value = move.From.Position });
        command.Parameters.Add(new() { Value = move.To.Xid, NpgsqlDbType = NpgsqlDbType.Xid8 });
        command.Parameters.Add(new() { Value = move.To.Position });
        command.Parameters.Add(new() { Value = move.Poison.Select(p => p.EntityId).ToArray() });
        command.Parameters.Add(new() { Value = move.Poison.Select(p => p.Version).ToArray() });
        command.Parameters.Add(new() { Value = move.Poison.Select(p => p.Error.Replace('\0', ' ')).ToArray() });
        command.Parameters.Add(new() { Value = move.Poison.Select(p => p.At).ToArray() });
    }
}
