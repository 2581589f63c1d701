namespace Platform.Api.Host.Commands;

/// <summary>
/// What follows the words of a command: flags, which stand alone, options, which have a value and are typed, and the settings, which the
/// environment may hold too.
/// </summary>
public sealed record CommandLine(IReadOnlySet<string> Flags, IConfiguration Options, ConfigurationManager Configuration)
{
    private static readonly string[] Known = ["--drop-old"];
    private static readonly Dictionary<string, string> Short = new() { ["--data"] = "Platform:Data" };

    public static CommandLine Parse(string[] args)
    {
        string[] typed = [.. args.Except(Known)];
        var configuration = new ConfigurationManager();
        configuration.AddEnvironmentVariables();
        configuration.AddCommandLine(typed, Short);
        var options = new ConfigurationBuilder().AddCommandLine(typed).Build();
        return new CommandLine(args.Intersect(Known).ToHashSet(StringComparer.Ordinal), options, configuration);
    }
}
