using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Platform.Storage.Engine.Journal;
using Platform.Storage.Engine.Tables;

namespace Platform.Storage.Engine;

/// <summary>Reads through the query pool, with positional parameters.</summary>
internal static class Reading
{
    /// <summary>Returns the rows of a query.</summary>
    /// <exception cref="Platform.Grains.Engine.Journal.JournalUnavailableException">The store does not answer.</exception>
    public static Task<IReadOnlyList<T>> ListAsync<T>(
        this PlatformDatabase database, ListQuery query, Func<NpgsqlDataReader, T> row, CancellationToken cancellationToken) =>
        database.ListAsync(query.Text, [.. query.Parameters], row, cancellationToken);

    /// <summary>Returns the rows of a statement. Retries once, because a pooled connection may have died with an earlier server.</summary>
    /// <exception cref="Platform.Grains.Engine.Journal.JournalUnavailableException">The store does not answer.</exception>
    public static Task<IReadOnlyList<T>> ListAsync<T>(
        this PlatformDatabase database,
        string sql,
        NpgsqlParameter[] parameters,
        Func<NpgsqlDataReader, T> row,
        CancellationToken cancellationToken) =>
        StoreFailure.ReadAsync<IReadOnlyList<T>>(async () =>
        {
            await using var command = database.Queries.CreateCommand(sql);

            // Cloned for the retry: a parameter belongs to one command.
            command.Parameters.AddRange(Array.ConvertAll(parameters, parameter => parameter.Clone()));
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var rows = new List<T>();
            while (await reader.ReadAsync(cancellationToken))
            {
                rows.Add(row(reader));
            }

            return rows;
        });

    public static NpgsqlParameter<T> Value<T>(T value) => new() { TypedValue = value };

    public static NpgsqlParameter Optional(object? value, NpgsqlDbType type) =>
        new() { Value = value ?? DBNull.Value, NpgsqlDbType = type };

    public static T? Optional<T>(this NpgsqlDataReader reader, int column)
        where T : struct => reader.IsDBNull(column) ? null : reader.GetFieldValue<T>(column);

    public static string? Text(this NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    public static IReadOnlyDictionary<string, string>? Metadata(this NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : JsonSerializer.Deserialize<Dictionary<string, string>>(reader.GetString(column));
}
