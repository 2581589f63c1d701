using System.Runtime.CompilerServices;
using System.Text;
using Npgsql;

namespace Platform.Storage.Engine.Tables;

/// <summary>
/// Builds the statement of a list: conditions for the given filters, a keyset and a limit. Interpolated values in <c>$".."</c> become
/// parameters. The same set of filters always makes the same text, so that it is prepared only once.
/// </summary>
/// <remarks>
/// Filters like <c>$1 IS NULL OR column = $1</c> would make one text for all, but their cached plan could not use an index.
/// </remarks>
public sealed class ListQuery(string select)
{
    private readonly StringBuilder _text = new(select);
    private readonly List<NpgsqlParameter> _parameters = [];
    private bool _hasConditions;
    private string _end = "";

    public string Text => _text + _end;

    public IReadOnlyList<NpgsqlParameter> Parameters => _parameters;

    /// <summary>Starts a query with parameters in its SELECT.</summary>
    public static ListQuery Of(SqlPart select) => new ListQuery("").Take(select);

    /// <summary>Adds a condition.</summary>
    /// <exception cref="InvalidOperationException">One of its values is null.</exception>
    public ListQuery Where([InterpolatedStringHandlerArgument("")] SqlPart condition) => condition.IsComplete
        ? Condition(condition)
        : throw new InvalidOperationException($"A required condition has a null value: {condition.Text}");

    /// <summary>Adds a condition unless one of its values is null.</summary>
    public ListQuery IfGiven([InterpolatedStringHandlerArgument("")] SqlPart condition) =>
        condition.IsComplete ? Condition(condition) : this;

    /// <summary>Adds a condition if <paramref name="asked"/>.</summary>
    public ListQuery If(bool asked, [InterpolatedStringHandlerArgument("")] SqlPart condition) => asked ? Where(condition) : this;

    /// <summary>Orders by these columns and, if a keyset of their values is given, starts after it.</summary>
    public ListQuery Ascending(string columns, [InterpolatedStringHandlerArgument("")] SqlPart? after = null) =>
        Order(columns, ">", after, columns);

    /// <summary>Orders by these columns, descending, and, if a keyset of their values is given, starts before it.</summary>
    public ListQuery Descending(string columns, [InterpolatedStringHandlerArgument("")] SqlPart? before = null) =>
        Order(columns, "<", before, columns.Replace(",", " DESC,", StringComparison.Ordinal) + " DESC");

    /// <summary>Limits the number of rows.</summary>
    public ListQuery Limit(int rows)
    {
        _parameters.Add(new NpgsqlParameter<int> { TypedValue = rows });
        _end += FormattableString.Invariant($"\nLIMIT ${_parameters.Count}");
        return this;
    }

    /// <summary>Appends other text, such as a GROUP BY.</summary>
    public ListQuery Then([InterpolatedStringHandlerArgument("")] SqlPart text)
    {
        _text.Append('\n');
        return Take(text);
    }

    // In parentheses, so that an OR in one condition does not bypass the others.
    private ListQuery Condition(SqlPart condition)
    {
        OpenCondition();
        Take(condition)._text.Append(')');
        return this;
    }

    private StringBuilder OpenCondition()
    {
        _text.Append(_hasConditions ? "\nAND (" : "\nWHERE (");
        _hasConditions = true;
        return _text;
    }

    private ListQuery Order(string columns, string comparison, SqlPart? keyset, string order)
    {
        _end = $"\nORDER BY {order}{_end}";
        if (keyset is not { IsComplete: true })
        {
            return this;
        }

        OpenCondition().Append(columns).Append(") ").Append(comparison).Append(" (");
        Take(keyset)._text.Append(')');
        return this;
    }

    private ListQuery Take(SqlPart part)
    {
        _text.Append(part.Text);
        _parameters.AddRange(part.Parameters);
        return this;
    }
}
