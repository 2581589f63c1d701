using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Npgsql;
using NpgsqlTypes;

namespace Platform.Storage.Engine.Tables;

/// <summary>
/// A part of a statement, written as <c>$".."</c>. Interpolated values become parameters, never text. Times are sent in UTC,
/// enums as smallint, lists as arrays.
/// </summary>
[InterpolatedStringHandler]
public sealed class SqlPart
{
    private readonly StringBuilder _text;
    private readonly List<NpgsqlParameter> _parameters;
    private readonly int _before;

    /// <summary>The compiler calls this for the first part.</summary>
    public SqlPart(int literalLength, int formattedCount)
    {
        _text = new StringBuilder(literalLength + (formattedCount * 3));
        _parameters = new List<NpgsqlParameter>(formattedCount);
    }

    /// <summary>The compiler calls this for a later part. Its parameters are numbered after those of the query.</summary>
    public SqlPart(int literalLength, int formattedCount, ListQuery query)
        : this(literalLength, formattedCount)
    {
        _before = query.Parameters.Count;
    }

    public string Text => _text.ToString();

    public IReadOnlyList<NpgsqlParameter> Parameters => _parameters;

    /// <summary>False if one of its values is null.</summary>
    public bool IsComplete { get; private set; } = true;

    public void AppendLiteral(string text) => _text.Append(text);

    public void AppendFormatted<T>(T value)
    {
        if (value is null)
        {
            IsComplete = false;
            _text.Append("NULL");
            return;
        }

        _parameters.Add(Parameter(value));
        _text.Append(CultureInfo.InvariantCulture, $"${_before + _parameters.Count}");
    }

    private static NpgsqlParameter Parameter(object value) => value switch
    {
        DateTimeOffset instant => new NpgsqlParameter<DateTime> { TypedValue = instant.UtcDateTime },
        Enum code => new NpgsqlParameter<short> { TypedValue = Convert.ToInt16(code, CultureInfo.InvariantCulture) },
        ulong xid => new NpgsqlParameter<ulong> { TypedValue = xid, NpgsqlDbType = NpgsqlDbType.Xid8 },
        IEnumerable<Guid> ids => new NpgsqlParameter<Guid[]> { TypedValue = [.. ids] },
        IEnumerable<string> texts => new NpgsqlParameter<string[]> { TypedValue = [.. texts] },
        IEnumerable<DateTimeOffset> instants => new NpgsqlParameter<DateTime[]>
        {
            TypedValue = [.. instants.Select(instant => instant.UtcDateTime)],
            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz, // Otherwise an empty array would be sent as local times.
        },
        _ => new NpgsqlParameter { Value = value },
    };
}
