using System.Diagnostics.CodeAnalysis;

namespace Platform.Grains.Metrics;

/// <summary>The dimensions of a point as text, sorted by name and escaped: <c>currency=USD;type=report-generation</c>.</summary>
public static class Dimensions
{
    public const string Currency = "currency";
    public const string Type = "type";
    public const string Tier = "tier";
    public const string Kind = "kind";

    public static string Of(params ReadOnlySpan<(string Name, string Value)> dimensions)
    {
        var sorted = dimensions.ToArray();
        Array.Sort(sorted, static (left, right) => string.CompareOrdinal(left.Name, right.Name));
        return string.Join(';', sorted.Select(d => $"{Uri.EscapeDataString(d.Name)}={Uri.EscapeDataString(d.Value)}"));
    }

    public static bool TryGet(string dimensions, string name, [NotNullWhen(true)] out string? value)
    {
        var escaped = Uri.EscapeDataString(name);
        foreach (var range in dimensions.AsSpan().Split(';'))
        {
            var part = dimensions.AsSpan()[range];
            var equals = part.IndexOf('=');
            if (equals > 0 && part[..equals].SequenceEqual(escaped))
            {
                value = Uri.UnescapeDataString(part[(equals + 1)..].ToString());
                return true;
            }
        }

        value = null;
        return false;
    }
}
