namespace Platform.Api.Mail;

/// <summary>How the connection to the mail server is encrypted.</summary>
public enum MailTls
{
    /// <summary>Implicit TLS on port 465, STARTTLS on all others.</summary>
    Auto,

    /// <summary>TLS from the first byte.</summary>
    Implicit,

    /// <summary>Starts in plain text and switches to TLS before sending anything sensitive.</summary>
    StartTls,
}

/// <summary>Settings of mail (section <c>Mail</c>): a server, or a folder for .eml files.</summary>
public sealed class MailOptions
{
    /// <summary>The sender: an address, or a name and an address in angle brackets.</summary>
    public string From { get; set; } = "platform@localhost";

    public string? Host { get; set; }

    public int Port { get; set; } = 587;

    /// <summary>Requires encryption. False sends everything in plain text, including the password.</summary>
    public bool Tls { get; set; } = true;

    public MailTls TlsMode { get; set; } = MailTls.Auto;

    /// <summary>A PEM file with the trusted authorities of the server's certificate; empty for those of the system.</summary>
    public string CaCertificate { get; set; } = "";

    public string? User { get; set; }

    public string? Password { get; set; }

    /// <summary>The timeout of one delivery attempt.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>A folder for .eml files, used if there is no server.</summary>
    public string? Folder { get; set; }
}
