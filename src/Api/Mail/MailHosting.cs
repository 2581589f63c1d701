using Platform.Grains.Engine.Registration;

namespace Platform.Api.Mail;

/// <summary>The services of mail.</summary>
[Services]
public static class MailHosting
{
    /// <summary>Without a server, letters go to a folder beside the data. A setting that cannot work ends the start.</summary>
    public static void Add(IServiceCollection services)
    {
        services.AddOptions<MailOptions>().BindConfiguration("Mail")
            .PostConfigure<IConfiguration>(static (mail, configuration) =>
            {
                mail.Host = mail.Host is { Length: > 0 } host ? host : null;
                mail.Folder ??= configuration["Platform:Data"] is { Length: > 0 } data ? Path.Combine(data, "mail") : null;
            })
            .Validate(static mail => mail.Port is > 0 and < 65_536, "Mail:Port is a port.")
            .Validate(static mail => mail.Timeout > TimeSpan.Zero, "Mail:Timeout is longer than nothing.")
            .Validate(static mail => mail.Tls || mail.TlsMode == MailTls.Auto, "Mail:TlsMode asks for TLS, which Mail:Tls turns off.")
            .Validate(static mail => mail.CaCertificate.Length == 0 || File.Exists(mail.CaCertificate), "Mail:CaCertificate is not there.")
            .Validate(static mail => IsAddress(mail.From), "Mail:From is one e-mail address.")
            .ValidateOnStart();
    }

    private static bool IsAddress(string text)
    {
        try
        {
            return MailMessages.Address(text) is not null;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
