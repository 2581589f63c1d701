using Npgsql;
using Platform.Grains.Engine.Journal;
using Platform.Storage.Engine;
using Platform.Storage.Engine.Tables;
using Platform.Testing;

namespace Platform.Storage.Tests.Engine.Journal;

/// <summary>A row of one of several sample tables; the tag makes a type of its own for each.</summary>
public sealed record SampleRow<TTag>(Guid OrganisationId, Guid Id, string Text) : ReadModelRow;

/// <summary>Tables with a writer each, as a platform of many domains has them.</summary>
internal sealed class SampleTables
{
    private static readonly Type[] Tags =
    [
        typeof(bool), typeof(byte), typeof(char), typeof(double), typeof(float), typeof(int),
        typeof(long), typeof(sbyte), typeof(short), typeof(uint), typeof(ulong), typeof(ushort),
    ];

    public static int Count => Tags.Length;

    public IReadOnlyList<IReadModelWriter> Writers { get; } =
        [.. Tags.Select((tag, i) => (IReadModelWriter)Activator.CreateInstance(typeof(SampleWriter<>).MakeGenericType(tag), NameOf(i))!)];

    public static string NameOf(int table) => FormattableString.Invariant($"sample_{table:00}");

    public static ReadModelRow Row(int table, Guid organisationId, Guid id, string text) =>
        (ReadModelRow)Activator.CreateInstance(typeof(SampleRow<>).MakeGenericType(Tags[table]), organisationId, id, text)!;

    /// <summary>
    /// Makes the tables. Each row notes how many prepared statements its connection held when it was written: no other connection can ask.
    /// </summary>
    public static async Task CreateAsync(string owner)
    {
        await TestLogins.ScalarAsync(owner, "CREATE FUNCTION prepared_now() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM pg_prepared_statements'");
        for (var table = 0; table < Count; table++)
        {
            var name = NameOf(table);
            await TestLogins.ScalarAsync(
                owner,
                $"""
                CREATE TABLE {name} (
                    org_id uuid, id uuid, text text NOT NULL CONSTRAINT {name}_says_no CHECK (text <> 'no') CONSTRAINT {name}_once UNIQUE,
                    prepared bigint DEFAULT prepared_now(), PRIMARY KEY (org_id, id));
                GRANT SELECT, INSERT, UPDATE, DELETE ON {name} TO platform_runtime;
                """);
        }
    }

    private sealed class SampleWriter<TTag>(string table) : ReadModelWriter<SampleRow<TTag>>(new(table, TableKind.Derived))
    {
        protected override NpgsqlBatchCommand Write(SampleRow<TTag>[] rows)
        {
            var command = new NpgsqlBatchCommand(
                $"INSERT INTO {Table.Name} AS s (org_id, id, text) SELECT * FROM unnest($1, $2, $3) ON CONFLICT (org_id, id) DO UPDATE SET text = excluded.text");
            command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. rows.Select(row => row.OrganisationId)] });
            command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. rows.Select(row => row.Id)] });
            command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. rows.Select(row => row.Text)] });
            return command;
        }
    }
}

/// <summary>A database with the sample tables.</summary>
public sealed class SampleDatabase : IAsyncLifetime
{
    private readonly PostgresFixture _postgres = new();

    public string ConnectionString => _postgres.ConnectionString;

    public async Task InitializeAsync()
    {
        await _postgres.InitializeAsync();
        await SampleTables.CreateAsync(ConnectionString);
    }

    public Task DisposeAsync() => _postgres.DisposeAsync();
}
