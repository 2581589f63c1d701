using System.Text.RegularExpressions;

namespace Platform.Api.Tests.Security;

/// <summary>
/// The scopes of operations, per handler. Stored ids of operations and of what they create are derived from scope and resource: if one
/// changes, a client's repeated request is no longer recognised and is executed twice. UPDATE_SCOPES=1 updates the file.
/// </summary>
public sealed partial class OperationScopeTests
{
    private static readonly string Sources = Path.Combine(ApiDocument.Root, "src", "Api");

    [Fact]
    public void Scopes_and_resources_are_those_of_stored_operations()
    {
        var list = Path.Combine(ApiDocument.Root, "tests", "Api.Tests", "Security", "OperationScopes.txt");
        string[] found = [.. Found().Order(StringComparer.Ordinal)];
        if (Environment.GetEnvironmentVariable("UPDATE_SCOPES") == "1")
        {
            File.WriteAllLines(list, found);
        }

        Assert.Equal(File.ReadAllLines(list), found);
    }

    [Fact]
    public void Every_scope_is_a_literal()
    {
        // A scope in a variable would be missing from the list.
        Assert.DoesNotContain(Files().SelectMany(file => Made().Matches(File.ReadAllText(file)).Where(made => !made.Groups["scope"].Success)
            .Select(made => $"{Path.GetFileName(file)}: {made.Value}")), static _ => true);
    }

    private static IEnumerable<string> Found() =>
        from file in Files()
        let text = File.ReadAllText(file)
        from made in Made().Matches(text)
        where made.Groups["scope"].Success
        let handler = Method().Matches(text[..made.Index]).Last().Groups[1].Value
        let resource = made.Groups["resource"] is { Success: true } named ? named.Value : "Guid.Empty"
        select $"{Path.GetFileNameWithoutExtension(file)}.{handler} {made.Groups["scope"].Value} {resource}";

    private static IEnumerable<string> Files() => Directory.EnumerateFiles(Sources, "*.cs", SearchOption.AllDirectories)
        .Where(file => !Path.GetRelativePath(Sources, file).Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin"));

    [GeneratedRegex(
        """(?:call\.(?:Context|Operation)|[ (]Operation\.Of)\((?!operation\)|string)(?:IdempotencyKey\.Of\(http, required: false\), """ +
        """Caller\.Platform, )?(?:\$?"(?<scope>[^"]*)"(?:, (?<resource>[\w.]+))?)?""")]
    private static partial Regex Made();

    [GeneratedRegex("""static (?:async )?[\w<>?, ()]*? (\w+)\((?=[^;]*?\)(?: =>|\s+\{))""")]
    private static partial Regex Method();
}
