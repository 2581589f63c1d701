using System.Text;
using System.Text.RegularExpressions;

namespace Platform.Api.Identity.Ldap;

/// <summary>Text inside search filters, and names of entries for comparison.</summary>
public static partial class LdapText
{
    /// <summary>A value as a filter takes it literally: every byte that is not a plain letter, digit or one of a few marks escaped (RFC 4515).</summary>
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

    /// <summary>Bytes as a filter takes them.</summary>
    public static string Escape(byte[] value) => string.Concat(value.Select(octet => $"\\{octet:x2}"));

    /// <summary>A filter of one user as one of all users: whatever is compared with {0} has only to be there.</summary>
    public static string ForAll(string filter) => ComparedWithName().Replace(filter, "($1=*)").Replace("{0}", "*", StringComparison.Ordinal);

    /// <summary>A name by which sign-ins are counted: directories do not tell these spellings of it apart (RFC 4518).</summary>
    public static string CountedAs(string name) => !Text.IsWellFormed(name) ? name : string.Join(
        ' ', string.Concat(name.Normalize(NormalizationForm.FormKC).EnumerateRunes().Where(rune => !Text.IsHidden(rune)))
            .ToUpperInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>A filter with its {0} filled in.</summary>
    public static string Fill(string filter, string value) => filter.Replace("{0}", Escape(value), StringComparison.Ordinal);

    /// <summary>A distinguished name without regard to case and to space around its commas and equals signs.</summary>
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

    // By any rule of comparison: =, ~=, :caseExactMatch:=
    [GeneratedRegex("\\(([A-Za-z0-9.;-]+)[^()=]*=\\{0\\}\\)", RegexOptions.CultureInvariant)]
    private static partial Regex ComparedWithName();

    private static bool EndsPart(StringBuilder normal) => normal[^1] is ',' or '=' && (normal.Length == 1 || normal[^2] != '\\');

    private static bool NextIsBreak(string name, int space)
    {
        var rest = name.AsSpan(space).TrimStart(' ');
        return rest.IsEmpty || rest[0] is ',' or '=';
    }
}
