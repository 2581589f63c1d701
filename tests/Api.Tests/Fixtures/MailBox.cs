using System.Text.RegularExpressions;
using Platform.Testing;

namespace Platform.Api.Tests.Fixtures;

/// <summary>The folder to which the platform writes its e-mails.</summary>
public sealed partial class MailBox(string folder)
{
    /// <summary>Waits for an e-mail with a token other than <paramref name="other"/>, and returns the latest token.</summary>
    public async Task<string> TokenAsync(string to, string subject, string? other = null)
    {
        string? token = null;
        await Eventually.HoldsAsync(
            () => (token = Letters(to, subject).Select(letter => Token().Match(letter).Value)
                .FirstOrDefault(found => found != other)) is not null,
            TimeSpan.FromSeconds(30),
            $"an e-mail '{subject}' to {to}");
        return token!;
    }

    public int Count(string to, string subject) => Letters(to, subject).Count();

    /// <summary>Waits for an e-mail with or without a token, and returns the latest.</summary>
    public async Task<string> LetterAsync(string to, string subject)
    {
        string? letter = null;
        await Eventually.HoldsAsync(
            () => (letter = All(to, subject).FirstOrDefault()) is not null, TimeSpan.FromSeconds(30), $"an e-mail '{subject}' to {to}");
        return letter!;
    }

    /// <summary>The number of e-mails with this subject, with and without a token.</summary>
    public int CountAll(string to, string subject) => All(to, subject).Count();

    private IEnumerable<string> Letters(string to, string subject) => All(to, subject).Where(letter => Token().IsMatch(letter));

    private IEnumerable<string> All(string to, string subject) => new DirectoryInfo(folder).EnumerateFiles("*.eml")
        .OrderByDescending(file => file.LastWriteTimeUtc)
        .Select(file => File.ReadAllText(file.FullName).Replace("=\r\n", "", StringComparison.Ordinal)
            .Replace("=3D", "=", StringComparison.Ordinal))
        .Where(letter => letter.Contains($"To: {to}", StringComparison.OrdinalIgnoreCase) &&
            letter.Contains($"Subject: {subject}", StringComparison.Ordinal));

    [GeneratedRegex("pmt_[A-Za-z0-9_-]{87}")]
    private static partial Regex Token();
}
