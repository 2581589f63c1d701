namespace Platform.Api.Mail;

/// <summary>The services of mail.</summary>
public static class MailHosting
{
    /// <summary>Without a server, letters go to a folder beside the data.</summary>
    public static IServiceCollection AddPlatformMail(this IServiceCollection services)
    {
        services.AddOptions<MailOptions>().BindConfiguration("Mail").PostConfigure<IConfiguration>(static (mail, configuration) =>
            mail.Folder ??= configuration["Platform:Data"] is { Length: > 0 } data ? Path.Combine(data, "mail") : null);
        return services.AddSingleton<Mailer>();
    }
}
