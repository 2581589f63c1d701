using System.Text;
using Npgsql;
using Platform.Storage.Engine;
using Platform.Storage.Engine.Secrets;
using Platform.Testing;

namespace Platform.Storage.Tests.Engine.Secrets;

public sealed class SecretTableTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncDisposable
{
    private static readonly Guid One = new("00000000-0000-7000-8000-00000000000a");
    private static readonly Guid Other = new("00000000-0000-7000-8000-00000000000b");
    private readonly PlatformDatabase _database = new(postgres.Runtime);

    private SecretTable Table => new(_database, TestSecrets.Box);

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task A_secret_can_be_stored_read_replaced_and_deleted()
    {
        var context = new SecretContext(One, Other, "put");
        Assert.Null(await Table.GetAsync(context, default));
        await Table.PutAsync(context, Bytes("first"), default);
        await Table.PutAsync(context, Bytes("second"), default);
        await Table.PutAsync(context with { Purpose = "beside" }, Bytes("third"), default);
        Assert.Equal(Bytes("second"), await Table.GetAsync(context, default));
        Assert.Null(await Table.GetAsync(context with { OrganisationId = Other }, default));

        await Table.DeleteAsync(context, default);
        Assert.Null(await Table.GetAsync(context, default));
        Assert.Equal(Bytes("third"), await Table.GetAsync(context with { Purpose = "beside" }, default));
    }

    [Fact]
    public async Task A_row_copied_to_another_organisation_entity_or_purpose_does_not_decrypt()
    {
        var context = new SecretContext(One, One, "copied");
        await Table.PutAsync(context, Bytes("of one organisation"), default);
        SecretContext[] others =
            [context with { OrganisationId = Other }, context with { EntityId = Other }, context with { Purpose = "copy" }];
        foreach (var other in others)
        {
            await ExecuteAsync(
                """
                INSERT INTO secret SELECT $1, $2, $3, key_id, sealed, updated_at FROM secret
                WHERE purpose = 'copied' AND org_id = $4 AND entity_id = $4
                """,
                other.OrganisationId, other.EntityId, other.Purpose, One);
            await Assert.ThrowsAsync<SecretException>(() => Table.GetAsync(other, default));
        }

        Assert.Equal(Bytes("of one organisation"), await Table.GetAsync(context, default));
    }

    [Fact]
    public async Task A_row_altered_in_the_database_does_not_decrypt()
    {
        var context = new SecretContext(One, One, "altered");
        await Table.PutAsync(context, Bytes("as it was"), default);
        await ExecuteAsync(
            """
            UPDATE secret SET sealed = set_byte(sealed, length(sealed) - 20, get_byte(sealed, length(sealed) - 20) # 1)
            WHERE purpose = 'altered'
            """);
        await Assert.ThrowsAsync<SecretException>(() => Table.GetAsync(context, default));
    }

    [Fact]
    public async Task The_same_secret_is_never_stored_as_the_same_bytes()
    {
        for (var i = 0; i < 20; i++)
        {
            await Table.PutAsync(new SecretContext(One, new Guid(i, 0, 0, new byte[8]), "same"), Bytes("the same"), default);
        }

        const string distinct = "SELECT count(DISTINCT substr(sealed, length(sealed) - 35)) FROM secret WHERE purpose = 'same'";
        Assert.Equal(20L, await ScalarAsync<long>(postgres.ConnectionString, distinct));
    }

    [Fact]
    public async Task No_byte_of_the_database_shows_the_secret()
    {
        var secret = Bytes("a-very-telling-client-secret");
        await Table.PutAsync(new SecretContext(One, One, "shown"), secret, default);
        Assert.Equal([], await Leaks.FindAsync(postgres.ConnectionString, secret));
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private async Task ExecuteAsync(string sql, params object[] values)
    {
        await using var command = _database.Queries.CreateCommand(sql);
        command.Parameters.AddRange(Array.ConvertAll(values, value => new NpgsqlParameter { Value = value }));
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<T> ScalarAsync<T>(string connectionString, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }
}
