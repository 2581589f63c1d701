namespace Platform.Api.Host.Commands;

/// <summary>
/// The arguments after a command's name: flags without a value, options with a value, and the configuration, which also includes the
/// environment.
/// </summary>
public sealed record CommandLine(IReadOnlySet<string> Flags, IConfiguration Options, ConfigurationManager Configuration)
{
    private static readonly string[] KnownFlags = ["--drop-old"];
    private static readonly Dictionary<string, string> ShortNames = new() { ["--data"] = "Platform:Data" };

    public static CommandLine Parse(string[] args)
    {
        string[] typed = [.. args.Except(KnownFlags)];
        var configuration = new ConfigurationManager();
        configuration.AddEnvironmentVariables();
        configuration.AddCommandLine(typed, ShortNames);
        var options = new ConfigurationBuilder().AddCommandLine(typed).Build();
        return new CommandLine(args.Intersect(KnownFlags).ToHashSet(StringComparer.Ordinal), options, configuration);
    }
}
