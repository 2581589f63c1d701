using System.Text.RegularExpressions;

namespace Platform.Grains.UnitTests.Architecture;

/// <summary>
/// <c>./test --quick</c> skips the tests in <c>tests/slow.txt</c>, which must list every test that starts processes.
/// </summary>
public sealed partial class QuickTests
{
    /// <summary>Types and methods that start processes.</summary>
    private static readonly string[] Starting =
        ["PlatformProcess", "PrivatePostgres", "PostgresServerFixture", "ApiFixture.With", "RestartAsync"];

    private static readonly string Folder = Path.Combine(Repository.Root, "tests");

    private static string[] Slow => [.. File.ReadLines(Path.Combine(Folder, "slow.txt")).Where(line => line is not ("" or ['#', ..]))];

    [Fact]
    public void A_test_that_starts_processes_is_not_quick()
    {
        var (files, starting) = (SourceFiles(), Starting.ToHashSet());

        // A helper that starts processes makes every test that uses it slow.
        for (var known = 0; known < starting.Count;)
        {
            known = starting.Count;
            starting.UnionWith(files.Where(file => !file.HasTests && file.Mentions(starting)).SelectMany(file => file.Types).ToList());
        }

        var tests = files.Where(file => file.HasTests && file.Mentions(starting)).SelectMany(file => file.TestClasses).ToList();
        Assert.NotEmpty(tests);
        Assert.DoesNotContain(tests, test => !Array.Exists(Slow, part => test.Contains(part, StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_entry_of_slow_txt_matches_a_test()
    {
        var names = SourceFiles().Where(file => file.HasTests).SelectMany(file => file.Names).ToList();
        Assert.DoesNotContain(Slow, part => !names.Exists(name => name.Contains(part, StringComparison.Ordinal)));
    }

    private static List<SourceFile> SourceFiles() =>
    [
        .. Directory.GetDirectories(Folder, "*Tests")
            .SelectMany(project => Directory.GetFiles(project, "*.cs", SearchOption.AllDirectories))
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal))
            .Where(path => Path.GetFileName(path) is not ("ApiFixture.cs" or "QuickTests.cs"))
            .Select(path => new SourceFile(File.ReadAllText(path))),
    ];

    private sealed record SourceFile(string Text)
    {
        public bool HasTests => Test().IsMatch(Text);

        public IEnumerable<string> Types => Type().Matches(Text).Select(match => match.Groups[1].Value);

        /// <summary>Full names, as the test runner prints them.</summary>
        public IEnumerable<string> TestClasses => Types.Where(type => type.EndsWith("Tests", StringComparison.Ordinal))
            .Select(type => $"{Namespace().Match(Text).Groups[1].Value}.{type}.");

        public IEnumerable<string> Names =>
            TestClasses.SelectMany(type => Test().Matches(Text).Select(match => type + match.Groups[1].Value));

        public bool Mentions(IEnumerable<string> words) => words.Any(word => Regex.IsMatch(Text, $@"\b{Regex.Escape(word)}\b"));
    }

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"^(?:public|internal) (?:sealed |abstract |static |partial )*(?:class|record) (\w+)", RegexOptions.Multiline)]
    private static partial Regex Type();

    [GeneratedRegex(@"\[(?:Fact|Theory)\b[^\n]*\n(?:\s*\[[^\n]*\n)*\s*public (?:async Task|void|Task) (\w+)\(")]
    private static partial Regex Test();
}
