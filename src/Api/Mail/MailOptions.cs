namespace Platform.Api.Mail;

/// <summary>How the connection to the mail server is encrypted.</summary>
public enum MailTls
{
    /// <summary>Encrypted from the first byte on port 465, by STARTTLS on every other.</summary>
    Auto,

    /// <summary>Encrypted from the first byte.</summary>
    Implicit,

    /// <summary>Begun in plain text, then encrypted before anything is said that matters.</summary>
    StartTls,
}

/// <summary>Settings of mail, section <c>Mail</c>: a server, or a folder that the letters are written to as .eml files.</summary>
public sealed class MailOptions
{
    /// <summary>The sender: an address, or a name and an address in angle brackets.</summary>
    public string From { get; set; } = "platform@localhost";

    public string? Host { get; set; }

    public int Port { get; set; } = 587;

    /// <summary>A server that cannot encrypt gets nothing. False sends everything in plain text, the password too.</summary>
    public bool Tls { get; set; } = true;

    public MailTls TlsMode { get; set; } = MailTls.Auto;

    /// <summary>A PEM file with the authorities that the server's certificate may come from; empty for the system's.</summary>
    public string CaCertificate { get; set; } = "";

    public string? User { get; set; }

    public string? Password { get; set; }

    /// <summary>How long one attempt to deliver one letter may take.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Where there is no server: a folder for .eml files.</summary>
    public string? Folder { get; set; }
}
