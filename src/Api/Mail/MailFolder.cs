using MimeKit;

namespace Platform.Api.Mail;

/// <summary>Writes messages to a folder as .eml files if no mail server is configured.</summary>
public static class MailFolder
{
    private static readonly FormatOptions Format = MakeFormat();

    public static async Task WriteAsync(string folder, MimeMessage message, CancellationToken cancellationToken)
    {
        var path = Path.GetFullPath(folder);
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            // Messages contain tokens.
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        // Keeps the text readable, with tokens on one line.
        message.Prepare(EncodingConstraint.EightBit, 900);
        var file = Path.Combine(path, $"{message.MessageId!.Split('@')[0]}.eml");
        await message.WriteToAsync(Format, $"{file}.part", cancellationToken);
        File.Move($"{file}.part", file); // Readers of the folder never see partial messages.
    }

    private static FormatOptions MakeFormat()
    {
        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        return format;
    }
}
