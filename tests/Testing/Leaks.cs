using System.Text;
using Npgsql;

namespace Platform.Testing;

/// <summary>Looks for bytes in every column of every row of a database.</summary>
public static class Leaks
{
    /// <summary>The tables in which the bytes stand, as they are, in hex or in base64 in either alphabet; empty where nowhere.</summary>
    public static async Task<IReadOnlyList<string>> FindAsync(string connectionString, byte[] bytes)
    {
        await using var source = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        var tables = new List<string>();
        await using (
            var list = source.CreateCommand(
                """
                SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) FROM information_schema.tables
                WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND table_type = 'BASE TABLE' ORDER BY 1
                """))
        await using (var reader = await list.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                tables.Add(reader.GetString(0));
            }
        }

        // Within a longer value, base64 shifts by the bytes before: the middle of each of the three shifts is looked for.
        var base64 = Enumerable.Range(0, 3).Select(shift => Convert.ToBase64String([.. new byte[shift], .. bytes])[4..^4]);
        string[] needles = [
            Convert.ToHexStringLower(bytes), Convert.ToHexString(bytes), .. base64,
            .. base64.Select(text => text.Replace('+', '-').Replace('/', '_')),
            Encoding.Latin1.GetString(bytes).Replace("\0", "", StringComparison.Ordinal)];
        var found = new List<string>();
        foreach (var table in tables)
        {
            await using var search = source.CreateCommand(
                $"""
                SELECT EXISTS (SELECT FROM {table} t WHERE EXISTS (
                    SELECT FROM unnest($1::text[]) AS n (needle) WHERE strpos(t::text, n.needle) > 0))
                """);
            search.Parameters.Add(new() { Value = needles });
            if (await search.ExecuteScalarAsync() is true)
            {
                found.Add(table);
            }
        }

        return found;
    }
}
