using MimeKit;

namespace Platform.Api.Mail;

/// <summary>Writes letters to a folder as .eml files, where there is no server.</summary>
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
            // Letters hold tokens.
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        // As readable as it can be, tokens on one line.
        message.Prepare(EncodingConstraint.EightBit, 900);
        var file = Path.Combine(path, $"{message.MessageId!.Split('@')[0]}.eml");
        await message.WriteToAsync(Format, $"{file}.part", cancellationToken);
        File.Move($"{file}.part", file); // Whoever watches the folder sees whole letters.
    }

    private static FormatOptions MakeFormat()
    {
        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        return format;
    }
}
