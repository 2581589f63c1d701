using Npgsql;
using Platform.Storage.Engine.Tables;
using Platform.Testing;

namespace Platform.Storage.Tests.Engine.Tables;

/// <summary>The statements that a declared table generates.</summary>
public sealed class TableStatementTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private static readonly Guid Organisation = NewId();
    private NpgsqlDataSource _source = null!;

    public async Task InitializeAsync()
    {
        _source = NpgsqlDataSource.Create(postgres.ConnectionString);
        await using var create = _source.CreateCommand("DROP TABLE IF EXISTS every_type, every_fact;" + SampleDeclarations.Sql);
        await create.ExecuteNonQueryAsync();
    }

    public async Task DisposeAsync() => await _source.DisposeAsync();

    [Fact]
    public async Task Values_of_every_type_are_stored_unchanged_even_if_the_first_row_has_none()
    {
        var (nothing, all) = (new EveryType(Organisation, NewId(), 1), Full(1));
        await WriteAsync(SampleDeclarations.Derived, nothing, all);
        Assert.Equal(
            """(,,0,,0,f,2026-01-01,"2026-11-28 08:00:00+00",,"\\x0102",,,{})""",
            await TextAsync(nothing.Id));
        Assert.Equal(
            $"""(words,{all.Other},-3,7,1.50,t,2026-11-28,"2026-11-28 08:00:00+00","2026-11-29 08:00:00+00",""" +
            "\"\\\\x0102\",\"{\"\"b\"\":  1, \"\"a\"\": 2}\",\"{\"\"a\"\": 2, \"\"b\"\": 1}\",\"{4,5}\")",
            await TextAsync(all.Id));
    }

    [Fact]
    public async Task A_later_version_replaces_values_but_not_fixed_columns_and_an_earlier_or_equal_one_replaces_nothing()
    {
        var row = Full(2);
        await WriteAsync(SampleDeclarations.Derived, row);
        var before = await TextAsync(row.Id);
        await WriteAsync(SampleDeclarations.Derived, row with { Version = 1, Text = "old" });
        await WriteAsync(SampleDeclarations.Derived, row with { Version = 2, Text = "same" });
        Assert.Equal(before, await TextAsync(row.Id));
        await WriteAsync(SampleDeclarations.Derived, row with { Version = 3, Text = "new", At = row.At.AddDays(1), Jsonb = null });
        Assert.Equal(before.Replace("words", "new", StringComparison.Ordinal), await TextAsync(row.Id));
    }

    [Fact]
    public async Task Adding_evidence_twice_is_an_error_unless_declared_or_in_a_rebuild()
    {
        var fact = new EveryType(Organisation, NewId(), 1) { Text = "first" };
        await WriteAsync(SampleDeclarations.Facts, fact);
        var twice = await Assert.ThrowsAsync<PostgresException>(() => WriteAsync(SampleDeclarations.Facts, fact with { Text = "second" }));
        Assert.Equal(PostgresErrorCodes.UniqueViolation, twice.SqlState);
        await WriteAsync(SampleDeclarations.FactsIfAbsent, fact with { Text = "second" });
        IReadModelWriter facts = SampleDeclarations.Facts;
        await ExecuteAsync(facts.Write([fact with { Text = "third" }, fact with { Id = NewId() }], missingOnly: true));
        Assert.Equal("first", await ScalarAsync($"SELECT text FROM every_fact WHERE id = '{fact.Id}'"));
        Assert.Equal(2L, await ScalarAsync("SELECT count(*) FROM every_fact"));
    }

    [Fact]
    public void The_text_is_the_same_for_any_number_of_rows()
    {
        var one = SampleDeclarations.Facts.Write(Full(1));
        Assert.Equal(
            "INSERT INTO every_fact AS t (id, text)\nSELECT * FROM unnest($1::uuid[], $2::text[]) AS n (id, text)", one.CommandText);
        Assert.Same(one.CommandText, SampleDeclarations.Facts.Write(Full(1), Full(2), Full(3)).CommandText);
    }

    [Fact]
    public void A_declaration_that_contradicts_its_kind_is_refused()
    {
        Refused("has two columns with the same name", TableKind.Store, columns => columns.Value("id", row => row.Other));
        Refused("is derived but has no version", TableKind.Derived, _ => { });
        Refused("is evidence but has a version", TableKind.Evidence, columns => columns.Version("version", row => row.Version));
        Refused("has two versions", TableKind.Store, columns => columns.Version("a", row => row.Version).Version("b", row => row.Version));
        Refused("both replaces and keeps", TableKind.Store, columns => columns.Version("version", row => row.Version).AddIfAbsent());
        Refused("Specify one", TableKind.Store, columns => columns.Value("type", row => row.GetType()));
        var keyless = Assert.Throws<InvalidOperationException>(
            () => new Table<EveryType>("wrong", TableKind.Store, columns => columns.Value("text", row => row.Text)));
        Assert.Contains("has no key", keyless.Message, StringComparison.Ordinal);
    }

    private static void Refused(string why, TableKind kind, Action<TableColumns<EveryType>> further)
    {
        var refused = Assert.Throws<InvalidOperationException>(
            () => new Table<EveryType>("wrong", kind, columns => further(columns.Key("id", row => row.Id))));
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }

    private static EveryType Full(long version) => new(Organisation, NewId(), version)
    {
        Text = "words", Other = NewId(), Small = -3, Number = 7, Exact = 1.50m, Flag = true, Day = new DateOnly(2026, 11, 28),
        EndedAt = new DateTimeOffset(2026, 11, 29, 9, 0, 0, TimeSpan.FromHours(1)),
        Json = """{"b":  1, "a": 2}""", Jsonb = """{"b":  1, "a": 2}""", Numbers = "{4,5}",
    };

    private async Task<string> TextAsync(Guid id) => (string)(await ScalarAsync(
        $"""
        SELECT (text, other, small, number, exact, flag, day, at AT TIME ZONE 'UTC' || '+00', ended_at AT TIME ZONE 'UTC' || '+00',
                bytes, doc, parsed, numbers)::text
        FROM every_type WHERE org_id = '{Organisation}' AND id = '{id}'
        """))!;

    private Task<object?> ScalarAsync(string sql) => TestLogins.ScalarAsync(postgres.ConnectionString, sql);

    private Task WriteAsync(Table<EveryType> table, params EveryType[] rows) => ExecuteAsync(table.Write(rows));

    private async Task ExecuteAsync(NpgsqlBatchCommand command)
    {
        await using var batch = _source.CreateBatch();
        batch.BatchCommands.Add(command);
        await batch.ExecuteNonQueryAsync();
    }

    private static Guid NewId() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
}
