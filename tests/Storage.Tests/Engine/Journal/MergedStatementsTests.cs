using Npgsql;
using Platform.Storage.Engine.Journal;

namespace Platform.Storage.Tests.Engine.Journal;

/// <summary>A batch is merged into one statement, because Npgsql would send all but the first from the thread pool.</summary>
public sealed class MergedStatementsTests
{
    [Fact]
    public void Calls_come_first_and_every_parameter_has_its_own_number()
    {
        NpgsqlBatchCommand[] calls = [Command("fence($1, $2)", 1, 2), Command("append($2, $1)", 3, 4)];
        NpgsqlBatchCommand[] inserts = [Command("INSERT INTO a SELECT * FROM unnest($1)", 5), Command("INSERT INTO b SELECT $1, $2", 6, 7)];
        using var merged = new NpgsqlCommand(MergedStatements.Merge(calls, inserts));
        MergedStatements.Move([.. calls, .. inserts], merged.Parameters);
        Assert.Equal(
            "WITH i0 AS (INSERT INTO a SELECT * FROM unnest($5)),\ni1 AS (INSERT INTO b SELECT $6, $7)\n" +
            "SELECT fence($1, $2), append($4, $3)",
            merged.CommandText);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7], merged.Parameters.Cast<NpgsqlParameter>().Select(parameter => (int)parameter.Value!));
    }

    [Fact]
    public void Without_rows_there_are_only_calls() =>
        Assert.Equal("SELECT refuse($1)", MergedStatements.Merge([Command("refuse($1)", 1)], []));

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
