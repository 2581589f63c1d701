using Platform.Grains.Engine.Journal;
using Platform.Storage.Engine.Tables;

namespace Platform.Storage.Tests.Engine.Tables;

/// <summary>A row with a value of each column type.</summary>
public sealed record EveryType(Guid OrganisationId, Guid Id, long Version) : ReadModelRow
{
    public string? Text { get; init; }

    public Guid? Other { get; init; }

    public short Small { get; init; }

    public int? Number { get; init; }

    public decimal Exact { get; init; }

    public bool Flag { get; init; }

    public DateOnly Day { get; init; } = new(2026, 1, 1);

    public DateTimeOffset At { get; init; } = new(2026, 11, 28, 10, 0, 0, TimeSpan.FromHours(2));

    public DateTimeOffset? EndedAt { get; init; }

    public byte[] Bytes { get; init; } = [1, 2];

    public string? Json { get; init; }

    public string? Jsonb { get; init; }

    public string Numbers { get; init; } = "{}";
}

/// <summary>Declared tables for tests, and the SQL that creates them.</summary>
internal static class SampleDeclarations
{
    public const string Sql =
        """
        CREATE TABLE every_type (
            org_id uuid, id uuid, version bigint, text text, other uuid, small smallint, number integer, exact numeric, flag boolean,
            day date, at timestamptz, ended_at timestamptz, bytes bytea, doc json, parsed jsonb, numbers bigint[],
            PRIMARY KEY (org_id, id));
        CREATE TABLE every_fact (id uuid PRIMARY KEY, text text);
        """;

    public static readonly Table<EveryType> Derived = new("every_type", TableKind.Derived, columns => columns
        .Key("org_id", row => row.OrganisationId)
        .Key("id", row => row.Id)
        .Version("version", row => row.Version)
        .Value("text", row => row.Text)
        .Value("other", row => row.Other)
        .Value("small", row => row.Small)
        .Value("number", row => row.Number)
        .Value("exact", row => row.Exact)
        .Value("flag", row => row.Flag)
        .Value("day", row => row.Day)
        .Fixed("at", row => row.At)
        .Value("ended_at", row => row.EndedAt)
        .Value("bytes", row => row.Bytes)
        .Value("doc", row => row.Json, ColumnType.Json)
        .Fixed("parsed", row => row.Jsonb, ColumnType.Jsonb)
        .Value("numbers", row => row.Numbers, ColumnType.Bigints));

    public static readonly Table<EveryType> Facts = new("every_fact", TableKind.Evidence, columns => columns
        .Key("id", row => row.Id)
        .Value("text", row => row.Text));

    public static readonly Table<EveryType> FactsIfAbsent = new("every_fact", TableKind.Evidence, columns => columns
        .Key("id", row => row.Id)
        .Value("text", row => row.Text)
        .AddIfAbsent());
}
