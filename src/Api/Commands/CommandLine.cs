namespace Platform.Api.Commands;

/// <summary>What follows the words of a command: flags, which stand alone, and settings, which have a value.</summary>
public sealed record CommandLine(IReadOnlySet<string> Flags, ConfigurationManager Configuration)
{
    private static readonly string[] Known = ["--drop-old"];
    private static readonly Dictionary<string, string> Short = new() { ["--data"] = "Platform:Data" };

    public static CommandLine Parse(string[] args)
    {
        var configuration = new ConfigurationManager();
        configuration.AddEnvironmentVariables();
        configuration.AddCommandLine([.. args.Except(Known)], Short);
        return new CommandLine(args.Intersect(Known).ToHashSet(StringComparer.Ordinal), configuration);
    }
}
