using System.Reflection;
using Platform.Grains.Engine.Journal;
using Platform.Storage.Engine.Tables;
using Platform.Testing;

namespace Platform.Storage.Tests.Engine.Journal;

/// <summary>A row of one of several sample tables. The tag gives each table its own row type.</summary>
public sealed record SampleRow<TTag>(Guid OrganisationId, Guid Id, string Text) : ReadModelRow;

/// <summary>Tables with one writer each, as in a platform of many domains.</summary>
internal sealed class SampleTables
{
    private static readonly Type[] Tags =
    [
        typeof(bool), typeof(byte), typeof(char), typeof(double), typeof(float), typeof(int),
        typeof(long), typeof(sbyte), typeof(short), typeof(uint), typeof(ulong), typeof(ushort),
    ];

    private static readonly MethodInfo Declaration =
        typeof(SampleTables).GetMethod(nameof(Declare), BindingFlags.Static | BindingFlags.NonPublic)!;

    public static int Count => Tags.Length;

    public IReadOnlyList<IReadModelWriter> Writers { get; } =
        [.. Tags.Select((tag, i) => (IReadModelWriter)Declaration.MakeGenericMethod(tag).Invoke(null, [NameOf(i)])!)];

    public static string NameOf(int table) => FormattableString.Invariant($"sample_{table:00}");

    public static ReadModelRow Row(int table, Guid organisationId, Guid id, string text) =>
        (ReadModelRow)Activator.CreateInstance(typeof(SampleRow<>).MakeGenericType(Tags[table]), organisationId, id, text)!;

    /// <summary>
    /// Creates the tables. Each row records the number of prepared statements of its connection, which no other connection can read.
    /// </summary>
    public static async Task CreateAsync(string owner)
    {
        await TestLogins.ScalarAsync(
            owner, "CREATE FUNCTION prepared_now() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM pg_prepared_statements'");
        for (var table = 0; table < Count; table++)
        {
            var name = NameOf(table);
            await TestLogins.ScalarAsync(
                owner,
                $"""
                CREATE TABLE {name} (
                    org_id uuid, id uuid, text text NOT NULL CONSTRAINT {name}_says_no CHECK (text <> 'no') CONSTRAINT {name}_once UNIQUE,
                    version bigint, prepared bigint DEFAULT prepared_now(), PRIMARY KEY (org_id, id));
                GRANT SELECT, INSERT, UPDATE, DELETE ON {name} TO platform_runtime;
                """);
        }
    }

    private static Table<SampleRow<TTag>> Declare<TTag>(string name) => new(name, TableKind.Derived, columns => columns
        .Key("org_id", row => row.OrganisationId)
        .Key("id", row => row.Id)
        .Value("text", row => row.Text)
        .Version("version", _ => 1L));
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
