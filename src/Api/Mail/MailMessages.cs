using System.Text;
using MimeKit;

namespace Platform.Api.Mail;

/// <summary>A letter in plain text.</summary>
public sealed record Letter(string To, string Subject, string Text);

/// <summary>Makes letters into messages of Internet mail. A header that could end and begin another one is refused.</summary>
public static class MailMessages
{
    /// <exception cref="FormatException">An address is not one address, or a header holds a control character.</exception>
    public static MimeMessage Of(Letter letter, string from, DateTimeOffset now)
    {
        var sender = Address(from);
        return new MimeMessage([sender], [Address(letter.To)], Line(letter.Subject), new TextPart("plain") { Text = letter.Text })
        {
            Date = now,
            MessageId = $"{Guid.CreateVersion7(now):N}@{MailboxAddress.EncodeAddrspec(sender.Address).Split('@')[^1]}",
        };
    }

    /// <summary>One address, with or without a name.</summary>
    public static MailboxAddress Address(string text) =>
        MailboxAddress.TryParse(Line(text), out var address) && address.Address.Contains('@', StringComparison.Ordinal)
            ? address
            : throw new FormatException("This is not one e-mail address.");

    /// <summary>Whether the part before the @ of an address is not in ASCII. A domain is no reason: it has a form that is.</summary>
    public static bool NeedsUtf8(MimeMessage message) =>
        message.From.Mailboxes.Concat(message.To.Mailboxes).Any(mailbox => !Ascii.IsValid(mailbox.LocalPart));

    private static string Line(string text) => text.Any(char.IsControl) ? throw new FormatException("A header holds a control character.") : text;
}
