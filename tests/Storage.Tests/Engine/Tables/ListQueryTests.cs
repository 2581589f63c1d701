using Npgsql;
using Platform.Storage.Engine.Tables;
using Platform.Testing;

namespace Platform.Storage.Tests.Engine.Tables;

/// <summary>Statements of lists have only the conditions of the given filters.</summary>
public sealed class ListQueryTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly Guid Id = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());

    private enum Colour
    {
        Red = 3,
    }

    [Fact]
    public void A_missing_filter_has_no_condition_and_no_parameter()
    {
        var query = Query(null, null, [Id], false, null);
        Assert.Equal("SELECT a FROM t\nWHERE (org_id = $1)\nAND (id = ANY ($2))\nORDER BY at DESC, id DESC\nLIMIT $3", query.Text);
        Assert.Equal([Id, new[] { Id }, 10], query.Parameters.Select(parameter => parameter.Value));
    }

    [Fact]
    public void Given_filters_become_conditions_in_the_order_of_the_calls()
    {
        var query = Query("x", Colour.Red, null, true, (new DateTimeOffset(2026, 1, 1, 1, 0, 0, TimeSpan.FromHours(1)), Id));
        Assert.Equal(
            "SELECT a FROM t\nWHERE (org_id = $1)\nAND (name = $2 OR code = $3)\nAND (colour = $4)\nAND (parent_id IS NULL)\n" +
            "AND (at, id) < ($5, $6)\nORDER BY at DESC, id DESC\nLIMIT $7",
            query.Text);
        Assert.Equal(
            [Id, "x", "x", (short)3, new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc), Id, 10],
            query.Parameters.Select(parameter => parameter.Value));
    }

    [Fact]
    public void A_keyset_with_a_null_value_is_ignored()
    {
        Assert.Equal("t\nORDER BY b, c", new ListQuery("t").Ascending("b, c", $"{1}, {(int?)null}").Text);
        Assert.Equal("t\nWHERE (b, c) > ($1, $2)\nORDER BY b, c", new ListQuery("t").Ascending("b, c", $"{1}, {2}").Text);
    }

    [Fact]
    public void A_required_condition_must_have_a_value()
    {
        Guid? none = null;
        var missing = Assert.Throws<InvalidOperationException>(() => new ListQuery("SELECT a FROM t").Where($"org_id = {none}"));
        Assert.Contains("org_id = NULL", missing.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => new ListQuery("SELECT a FROM t").If(true, $"org_id = {none}"));
    }

    [Fact]
    public async Task Values_of_every_type_are_sent_with_their_type_and_never_as_text()
    {
        var at = new DateTimeOffset(2026, 11, 28, 10, 0, 0, TimeSpan.FromHours(2));
        var query = ListQuery.Of(
            $"""
            SELECT array[pg_typeof({at}), pg_typeof({Colour.Red}), pg_typeof({1UL}), pg_typeof({new List<Guid> { Id }}),
                         pg_typeof({new[] { "a" }}), pg_typeof({new[] { at }}), pg_typeof({Id}), pg_typeof({1L}),
                         pg_typeof({true})]::text[], {at}, {"'; DROP TABLE journal; --"}
            """)
            .Where($"{new[] { Id, Guid.Empty }} @> array[{Id}]")
            .Then($"GROUP BY ()");
        await using var source = NpgsqlDataSource.Create(postgres.ConnectionString);
        await using var command = source.CreateCommand(query.Text);
        command.Parameters.AddRange(query.Parameters.ToArray());
        await using var reader = await command.ExecuteReaderAsync();
        Assert.True(await reader.ReadAsync());
        Assert.Equal(
            ["timestamp with time zone", "smallint", "xid8", "uuid[]", "text[]", "timestamp with time zone[]", "uuid", "bigint", "boolean"],
            reader.GetFieldValue<string[]>(0));
        Assert.Equal(at, reader.GetFieldValue<DateTimeOffset>(1));
        Assert.Equal("'; DROP TABLE journal; --", reader.GetString(2));
    }

    [Fact]
    public void Random_filters_make_at_most_one_text_per_set_of_filters()
    {
        var random = new Random(20261128);
        var texts = Enumerable.Range(0, 5_000).Select(_ => Query(
            Any("x"), AnyOf(Colour.Red), Any<Guid[]>([Id]), random.Next(2) == 0, AnyOf((DateTimeOffset.UnixEpoch, Id))).Text).ToHashSet();
        Assert.Equal(32, texts.Count);

        T? Any<T>(T value)
            where T : class => random.Next(2) == 0 ? value : null;

        T? AnyOf<T>(T value)
            where T : struct => random.Next(2) == 0 ? value : null;
    }

    private static ListQuery Query(string? name, Colour? colour, Guid[]? ids, bool top, (DateTimeOffset At, Guid Id)? before) =>
        new ListQuery("SELECT a FROM t")
            .Where($"org_id = {Id}")
            .IfGiven($"name = {name} OR code = {name}")
            .IfGiven($"colour = {colour}")
            .IfGiven($"id = ANY ({ids})")
            .If(top, $"parent_id IS NULL")
            .Descending("at, id", $"{before?.At}, {before?.Id}")
            .Limit(10);
}
