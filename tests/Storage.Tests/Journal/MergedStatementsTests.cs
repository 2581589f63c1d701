using Npgsql;
using Platform.Storage.Journal;

namespace Platform.Storage.Tests.Journal;

/// <summary>A batch is one statement: of several, Npgsql would send all but the first from the thread pool.</summary>
public sealed class MergedStatementsTests
{
    [Fact]
    public void Calls_come_first_and_every_parameter_has_a_place_of_its_own()
    {
        NpgsqlBatchCommand[] calls = [Command("fence($1, $2)", 1, 2), Command("append($2, $1)", 3, 4)];
        NpgsqlBatchCommand[] inserts = [Command("INSERT INTO a SELECT * FROM unnest($1)", 5), Command("INSERT INTO b SELECT $1, $2", 6, 7)];
        using var merged = new MergedStatements().Of(calls, inserts);
        Assert.Equal(
            "WITH i0 AS (INSERT INTO a SELECT * FROM unnest($5)),\ni1 AS (INSERT INTO b SELECT $6, $7)\nSELECT fence($1, $2), append($4, $3)", merged.CommandText);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7], merged.Parameters.Cast<NpgsqlParameter>().Select(parameter => (int)parameter.Value!));
    }

    [Fact]
    public void Without_rows_to_write_there_are_calls_alone()
    {
        using var merged = new MergedStatements().Of([Command("refuse($1)", 1)], []);
        Assert.Equal("SELECT refuse($1)", merged.CommandText);
    }

    [Fact]
    public void Another_mixture_of_rows_is_another_statement()
    {
        var merging = new MergedStatements();
        using var one = merging.Of([Command("append($1)", 1)], [Command("INSERT INTO a SELECT $1", 2)]);
        using var other = merging.Of([Command("append($1)", 1)], [Command("INSERT INTO b SELECT $1", 2)]);
        using var again = merging.Of([Command("append($1)", 3)], [Command("INSERT INTO a SELECT $1", 4)]);
        Assert.NotEqual(one.CommandText, other.CommandText);
        Assert.Equal(one.CommandText, again.CommandText);
        Assert.Equal([3, 4], again.Parameters.Cast<NpgsqlParameter>().Select(parameter => (int)parameter.Value!));
    }

    private static NpgsqlBatchCommand Command(string text, params int[] values)
    {
        var command = new NpgsqlBatchCommand(text);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return command;
    }
}
