using System.Globalization;

namespace Platform.Api.Http;

/// <summary>Parses query parameters strictly. Unknown, repeated and malformed parameters are collected as errors.</summary>
public sealed partial class Query
{
    private readonly HttpContext _http;
    private readonly IQueryCollection _query;
    private readonly Validation _check = new();

    /// <summary>
    /// <paramref name="known"/> lists the route's parameters; a name that ends in a dot allows all names with that prefix.
    /// </summary>
    public Query(HttpContext http, params ReadOnlySpan<string> known)
    {
        _http = http;
        _query = http.Request.Query;
        foreach (var (name, values) in _query)
        {
            if (!IsKnown(name, known))
            {
                _check.Add(name, "unknown-parameter", "Unknown parameter.");
            }
            else if (values.Count > 1)
            {
                _check.Add(name, "duplicate-parameter", "Specify this parameter only once.");
            }
        }
    }

    public Validation Check => _check;

    public string? Text(string name, int max = 200)
    {
        var text = One(name);
        if (text is not null && (text.Length is 0 || text.Length > max || text.Contains('\0', StringComparison.Ordinal)))
        {
            Fault(name, $"The value must have 1 to {max} characters.");
            return null;
        }

        return text;
    }

    public DateTimeOffset? Instant(string name)
    {
        if (One(name) is not { } text)
        {
            return null;
        }

        if (!Instants.TryParse(text, out var instant))
        {
            Fault(name, "The value must be an RFC 3339 time with an offset, such as 2026-01-31T12:00:00Z.");
            return null;
        }

        if (!Instants.IsInRange(instant))
        {
            Fault(name, Instants.Range);
            return null;
        }

        return instant;
    }

    public Guid? Id(string name)
    {
        if (One(name) is not { } text)
        {
            return null;
        }

        if (Guid.TryParseExact(text, "D", out var id))
        {
            return id;
        }

        Fault(name, "The value must be a UUID.");
        return null;
    }

    /// <summary>Maps one of the given names to its value.</summary>
    public T? OneOf<T>(string name, IReadOnlyDictionary<string, T> values)
        where T : struct
    {
        if (One(name) is not { } text)
        {
            return null;
        }

        if (values.TryGetValue(text, out var value))
        {
            return value;
        }

        Fault(name, $"The value must be one of: {string.Join(", ", values.Keys)}.");
        return null;
    }

    public Money? Amount(string name, Currency currency)
    {
        if (One(name) is not { } text)
        {
            return null;
        }

        switch (Money.Read(text, currency, out var money))
        {
            case DecimalFault.None:
                return money;
            case DecimalFault.OutOfRange:
                Fault(name, $"The value must be at most {new Money(long.MaxValue, currency)}.");
                return null;
            default:
                Fault(name, $"The value must be a decimal with at most {currency.Digits} digits after the decimal point.");
                return null;
        }
    }

    public int Limit()
    {
        if (One("limit") is not { } text)
        {
            return Paging.DefaultLimit;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= Paging.MaxLimit)
        {
            return limit;
        }

        _check.Add("limit", "invalid-limit", $"The limit must be between 1 and {Paging.MaxLimit}.");
        return Paging.DefaultLimit;
    }

    /// <summary>All parameters with this prefix, keyed by the rest of their name; null if there are none.</summary>
    public IReadOnlyDictionary<string, string>? WithPrefix(string prefix)
    {
        Dictionary<string, string>? found = null;
        foreach (var (name, values) in _query)
        {
            if (name.Length > prefix.Length && name.StartsWith(prefix, StringComparison.Ordinal))
            {
                (found ??= [])[name[prefix.Length..]] = values[0] ?? "";
            }
        }

        return found;
    }

    public void Fault(string name, string message) => _check.Add(name, "invalid-parameter", message);

    private string? One(string name) => _query.TryGetValue(name, out var values) && values.Count == 1 ? values[0] ?? "" : null;

    private static bool IsKnown(string name, ReadOnlySpan<string> known)
    {
        foreach (var one in known)
        {
            if (name == one || (one.EndsWith('.') && name.StartsWith(one, StringComparison.Ordinal) && name.Length > one.Length))
            {
                return true;
            }
        }

        return false;
    }
}
