using System.Text;
using System.Text.RegularExpressions;
using Platform.Testing;

namespace Platform.Api.Tests.Fixtures;

/// <summary>The folder that the platform writes its letters to.</summary>
public sealed partial class MailBox(string folder)
{
    /// <summary>The token in the latest letter to this address that has this subject; waits until there is one that is not <paramref name="other"/>.</summary>
    public async Task<string> TokenAsync(string to, string subject, string? other = null)
    {
        string? token = null;
        await Eventually.HoldsAsync(
            () => (token = Letters(to, subject).Select(letter => Token().Match(letter).Value).FirstOrDefault(found => found != other)) is not null,
            TimeSpan.FromSeconds(30),
            $"a letter '{subject}' to {to}");
        return token!;
    }

    public int Count(string to, string subject) => Letters(to, subject).Count();

    /// <summary>The latest letter to this address that has this subject, with or without a token; waits until there is one.</summary>
    public async Task<string> LetterAsync(string to, string subject)
    {
        string? letter = null;
        await Eventually.HoldsAsync(() => (letter = All(to, subject).FirstOrDefault()) is not null, TimeSpan.FromSeconds(30), $"a letter '{subject}' to {to}");
        return letter!;
    }

    /// <summary>How many letters of this subject an address has got, with and without a token.</summary>
    public int CountAll(string to, string subject) => All(to, subject).Count();

    private IEnumerable<string> Letters(string to, string subject) => All(to, subject).Where(letter => Token().IsMatch(letter));

    private IEnumerable<string> All(string to, string subject) => new DirectoryInfo(folder).EnumerateFiles("*.eml")
        .OrderByDescending(file => file.LastWriteTimeUtc)
        .Select(file => File.ReadAllText(file.FullName).Replace("=\r\n", "", StringComparison.Ordinal).Replace("=3D", "=", StringComparison.Ordinal))
        .Where(letter => letter.Contains($"To: {to}", StringComparison.OrdinalIgnoreCase) && letter.Contains($"Subject: {subject}", StringComparison.Ordinal));

    [GeneratedRegex("pmt_[A-Za-z0-9_-]{87}")]
    private static partial Regex Token();
}
