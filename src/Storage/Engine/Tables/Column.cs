using NpgsqlTypes;

namespace Platform.Storage.Engine.Tables;

/// <summary>What a column is to its row when the row is written again.</summary>
public enum ColumnRole
{
    /// <summary>Part of the key. The database must have a unique index on exactly these columns.</summary>
    Key,

    /// <summary>Written once; a later version of the row does not change it.</summary>
    Fixed,

    /// <summary>A later version of the row replaces it.</summary>
    Value,

    /// <summary>Decides which version of the row is later: an older one never overwrites a newer one.</summary>
    Version,
}

/// <summary>A declared column of a table.</summary>
public sealed record Column(string Name, ColumnType Type, ColumnRole Role);

/// <summary>
/// The PostgreSQL type of a column. Values are sent as an array of that type, or of <paramref name="SentAs"/> and then cast.
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

    /// <summary>JSON that is stored as it was sent. Its values are texts.</summary>
    public static readonly ColumnType Json = new("json", NpgsqlDbType.Json);

    /// <summary>JSON that is stored parsed. Its values are texts.</summary>
    public static readonly ColumnType Jsonb = new("jsonb", NpgsqlDbType.Jsonb);

    /// <summary>Its values are texts such as <c>{1,2}</c>: SQL has no array of arrays that differ in length.</summary>
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

    /// <summary>The type of a column whose values are of this type, or null and this type.</summary>
    /// <exception cref="InvalidOperationException">A column of such values must name its type.</exception>
    public static ColumnType Of(Type value) => Known.GetValueOrDefault(Nullable.GetUnderlyingType(value) ?? value)
        ?? throw new InvalidOperationException($"Which type of column holds a {value.Name} is not known. Name it.");
}
