using System.Text;
using MimeKit;

namespace Platform.Api.Mail;

/// <summary>An e-mail in plain text.</summary>
public sealed record Letter(string To, string Subject, string Text);

/// <summary>Converts letters to MIME messages. Refuses headers with control characters, which could inject other headers.</summary>
public static class MailMessages
{
    /// <exception cref="FormatException">An address is not a single address, or a header contains a control character.</exception>
    public static MimeMessage Of(Letter letter, string from, DateTimeOffset now)
    {
        var sender = Address(from);
        return new MimeMessage([sender], [Address(letter.To)], Line(letter.Subject), new TextPart("plain") { Text = letter.Text })
        {
            Date = now,
            MessageId = $"{Guid.CreateVersion7(now):N}@{MailboxAddress.EncodeAddrspec(sender.Address).Split('@')[^1]}",
        };
    }

    /// <summary>Parses a single address, with or without a name.</summary>
    public static MailboxAddress Address(string text) =>
        MailboxAddress.TryParse(Line(text), out var address) && address.Address.Contains('@', StringComparison.Ordinal)
            ? address
            : throw new FormatException("The text must be a single e-mail address.");

    /// <summary>Whether the part before the @ of an address is not ASCII. Domains do not matter, because they have an ASCII form.</summary>
    public static bool NeedsUtf8(MimeMessage message) =>
        message.From.Mailboxes.Concat(message.To.Mailboxes).Any(mailbox => !Ascii.IsValid(mailbox.LocalPart));

    private static string Line(string text) =>
        text.Any(char.IsControl) ? throw new FormatException("A header must not contain control characters.") : text;
}
