using Platform.Grains.Engine.Registration;

namespace Platform.Api.Mail;

/// <summary>Registers the settings of mail.</summary>
[Services]
public static class MailHosting
{
    /// <summary>Without a server, messages go to a folder next to the data. Invalid settings stop the start.</summary>
    public static void Add(IServiceCollection services)
    {
        services.AddOptions<MailOptions>().BindConfiguration("Mail")
            .PostConfigure<IConfiguration>(static (mail, configuration) =>
            {
                mail.Host = mail.Host is { Length: > 0 } host ? host : null;
                mail.Folder ??= configuration["Platform:Data"] is { Length: > 0 } data ? Path.Combine(data, "mail") : null;
            })
            .Validate(static mail => mail.Port is > 0 and < 65_536, "Mail:Port must be between 1 and 65535.")
            .Validate(static mail => mail.Timeout > TimeSpan.Zero, "Mail:Timeout must be more than zero.")
            .Validate(static mail => mail.Tls || mail.TlsMode == MailTls.Auto, "Mail:TlsMode requires TLS, but Mail:Tls is off.")
            .Validate(
                static mail => mail.CaCertificate.Length == 0 || File.Exists(mail.CaCertificate),
                "The file in Mail:CaCertificate does not exist.")
            .Validate(static mail => IsAddress(mail.From), "Mail:From must be a single e-mail address.")
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
