using System.Runtime.CompilerServices;
using System.Text;
using Npgsql;

namespace Platform.Storage.Engine.Tables;

/// <summary>
/// Builds the statement of a list: only the conditions that are asked for, a keyset and a limit. Values go into the holes of
/// <c>$".."</c> and become parameters. The same set of filters always makes the same text, so that it is prepared once.
/// </summary>
/// <remarks>
/// Filters as <c>$1 IS NULL OR column = $1</c> would make one text for all, but a plan that is kept for it can use no index for them.
/// </remarks>
public sealed class ListQuery(string select)
{
    private readonly StringBuilder _text = new(select);
    private readonly List<NpgsqlParameter> _parameters = [];
    private bool _hasConditions;
    private string _end = "";

    public string Text => _text + _end;

    public IReadOnlyList<NpgsqlParameter> Parameters => _parameters;

    /// <summary>A query that has values in what it selects.</summary>
    public static ListQuery Of(SqlPart select) => new ListQuery("").Take(select);

    /// <summary>A condition that always applies.</summary>
    /// <exception cref="InvalidOperationException">A value of it is null.</exception>
    public ListQuery Where([InterpolatedStringHandlerArgument("")] SqlPart condition) => condition.IsComplete
        ? Condition(condition)
        : throw new InvalidOperationException($"A condition that always applies has no value: {condition.Text}");

    /// <summary>A condition that applies if its values are given: not if one of them is null.</summary>
    public ListQuery IfGiven([InterpolatedStringHandlerArgument("")] SqlPart condition) =>
        condition.IsComplete ? Condition(condition) : this;

    /// <summary>A condition that applies if it is asked for.</summary>
    public ListQuery If(bool asked, [InterpolatedStringHandlerArgument("")] SqlPart condition) => asked ? Where(condition) : this;

    /// <summary>Orders by these columns and begins behind a place, if one is given: the columns' values there.</summary>
    public ListQuery Ascending(string columns, [InterpolatedStringHandlerArgument("")] SqlPart? after = null) =>
        Order(columns, ">", after, columns);

    /// <summary>The same with the greatest first: it begins before the place.</summary>
    public ListQuery Descending(string columns, [InterpolatedStringHandlerArgument("")] SqlPart? before = null) =>
        Order(columns, "<", before, columns.Replace(",", " DESC,", StringComparison.Ordinal) + " DESC");

    /// <summary>At most so many rows.</summary>
    public ListQuery Limit(int rows)
    {
        _parameters.Add(new NpgsqlParameter<int> { TypedValue = rows });
        _end += FormattableString.Invariant($"\nLIMIT ${_parameters.Count}");
        return this;
    }

    /// <summary>Any further text, such as a GROUP BY.</summary>
    public ListQuery Then([InterpolatedStringHandlerArgument("")] SqlPart text)
    {
        _text.Append('\n');
        return Take(text);
    }

    // In parentheses: an OR in one condition must not undo the others.
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

    private ListQuery Order(string columns, string comparison, SqlPart? place, string order)
    {
        _end = $"\nORDER BY {order}{_end}";
        if (place is not { IsComplete: true })
        {
            return this;
        }

        OpenCondition().Append(columns).Append(") ").Append(comparison).Append(" (");
        Take(place)._text.Append(')');
        return this;
    }

    private ListQuery Take(SqlPart part)
    {
        _text.Append(part.Text);
        _parameters.AddRange(part.Parameters);
        return this;
    }
}
