using System.Text;
using System.Text.RegularExpressions;

namespace Platform.Api.Identity.Ldap;

/// <summary>Escapes text for search filters, and normalises names for comparison.</summary>
public static partial class LdapText
{
    /// <summary>Escapes a value for a filter: every byte except letters, digits and a few safe characters (RFC 4515).</summary>
    public static string Escape(string value)
    {
        var escaped = new StringBuilder(value.Length + 16);
        foreach (var octet in Encoding.UTF8.GetBytes(value))
        {
            if (char.IsAsciiLetterOrDigit((char)octet) || (char)octet is '.' or '-' or '_' or '@' or ' ' or '=' or ',')
            {
                escaped.Append((char)octet);
            }
            else
            {
                escaped.Append('\\').Append(octet.ToString("x2", System.Globalization.CultureInfo.InvariantCulture));
            }
        }

        return escaped.ToString();
    }

    /// <summary>Escapes bytes for a filter.</summary>
    public static string Escape(byte[] value) => string.Concat(value.Select(octet => $"\\{octet:x2}"));

    /// <summary>
    /// Turns the filter for one user into one for all users: an attribute that is compared with {0} only has to be present.
    /// </summary>
    public static string ForAll(string filter) =>
        ComparedWithName().Replace(filter, "($1=*)").Replace("{0}", "*", StringComparison.Ordinal);

    /// <summary>Normalises a name for counting sign-ins, because directories treat these spellings as equal (RFC 4518).</summary>
    public static string NormaliseForCounting(string name) => !Text.IsWellFormed(name) ? name : string.Join(
        ' ', string.Concat(name.Normalize(NormalizationForm.FormKC).EnumerateRunes().Where(rune => !Text.IsHidden(rune)))
            .ToUpperInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Replaces {0} in a filter by the escaped value.</summary>
    public static string Fill(string filter, string value) => filter.Replace("{0}", Escape(value), StringComparison.Ordinal);

    /// <summary>Normalises a distinguished name: lower case, without spaces around commas and equals signs.</summary>
    public static string NormaliseName(string name)
    {
        var normal = new StringBuilder(name.Length);
        for (var i = 0; i < name.Length; i++)
        {
            var escaped = i > 0 && name[i - 1] == '\\';
            if (name[i] == ' ' && !escaped && (normal.Length == 0 || EndsPart(normal) || NextIsBreak(name, i)))
            {
                continue;
            }

            normal.Append(char.ToLowerInvariant(name[i]));
        }

        return normal.ToString();
    }

    // Matches any comparison operator: =, ~=, :caseExactMatch:=
    [GeneratedRegex("\\(([A-Za-z0-9.;-]+)[^()=]*=\\{0\\}\\)", RegexOptions.CultureInvariant)]
    private static partial Regex ComparedWithName();

    private static bool EndsPart(StringBuilder normal) => normal[^1] is ',' or '=' && (normal.Length == 1 || normal[^2] != '\\');

    private static bool NextIsBreak(string name, int space)
    {
        var rest = name.AsSpan(space).TrimStart(' ');
        return rest.IsEmpty || rest[0] is ',' or '=';
    }
}
