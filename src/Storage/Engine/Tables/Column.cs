using NpgsqlTypes;

namespace Platform.Storage.Engine.Tables;

/// <summary>What happens to a column when its row is written again.</summary>
public enum ColumnRole
{
    /// <summary>Part of the key. The database must have a unique index on exactly these columns.</summary>
    Key,

    /// <summary>Written once. A later version of the row does not change it.</summary>
    Fixed,

    /// <summary>A later version of the row replaces it.</summary>
    Value,

    /// <summary>The version of the row: an older one never overwrites a newer one.</summary>
    Version,
}

/// <summary>A declared column of a table.</summary>
public sealed record Column(string Name, ColumnType Type, ColumnRole Role);

/// <summary>
/// The PostgreSQL type of a column. Values are sent as an array of that type, or of <paramref name="SentAs"/> and then cast to it.
/// </summary>
public sealed record ColumnType(string Name, NpgsqlDbType Element, string? SentAs = null)
{
    public static readonly ColumnType Uuid = new("uuid", NpgsqlDbType.Uuid);
    public static readonly ColumnType Text = new("text", NpgsqlDbType.Text);
    public static readonly ColumnType Smallint = new("smallint", NpgsqlDbType.Smallint);
    public static readonly ColumnType Integer = new("integer", NpgsqlDbType.Integer);
    public static readonly ColumnType Bigint = new("bigint", NpgsqlDbType.Bigint);
    public static readonly ColumnType Numeric = new("numeric", NpgsqlDbType.Numeric);
    public static readonly ColumnType Boolean = new("boolean", NpgsqlDbType.Boolean);
    public static readonly ColumnType Bytea = new("bytea", NpgsqlDbType.Bytea);
    public static readonly ColumnType Date = new("date", NpgsqlDbType.Date);
    public static readonly ColumnType Instant = new("timestamptz", NpgsqlDbType.TimestampTz);

    /// <summary>JSON that is stored as sent. Its values are strings.</summary>
    public static readonly ColumnType Json = new("json", NpgsqlDbType.Json);

    /// <summary>JSON that is stored parsed. Its values are strings.</summary>
    public static readonly ColumnType Jsonb = new("jsonb", NpgsqlDbType.Jsonb);

    /// <summary>Its values are strings such as <c>{1,2}</c>, because SQL has no arrays of arrays of different lengths.</summary>
    public static readonly ColumnType Bigints = new("bigint[]", NpgsqlDbType.Text, "text");

    private static readonly Dictionary<Type, ColumnType> Known = new()
    {
        [typeof(Guid)] = Uuid,
        [typeof(string)] = Text,
        [typeof(short)] = Smallint,
        [typeof(int)] = Integer,
        [typeof(long)] = Bigint,
        [typeof(decimal)] = Numeric,
        [typeof(bool)] = Boolean,
        [typeof(byte[])] = Bytea,
        [typeof(DateOnly)] = Date,
        [typeof(DateTimeOffset)] = Instant,
    };

    /// <summary>The column type for values of this type, nullable or not.</summary>
    /// <exception cref="InvalidOperationException">The column type must be specified for such values.</exception>
    public static ColumnType Of(Type value) => Known.GetValueOrDefault(Nullable.GetUnderlyingType(value) ?? value)
        ?? throw new InvalidOperationException($"There is no default column type for {value.Name}. Specify one.");
}
