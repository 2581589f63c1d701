using System.Text.RegularExpressions;

namespace Platform.Grains.UnitTests.Architecture;

/// <summary>Tests have the same folders as the source, so that they are easy to find.</summary>
public sealed partial class TestFolderTests
{
    /// <summary>Test folders without a counterpart in the source, because they test across it.</summary>
    private static readonly string[] CrossCutting = ["Architecture", "Asvs", "Faults", "Fixtures", "Upgrades"];

    public static TheoryData<string> Projects =>
        [.. Directory.GetDirectories(Path.Combine(Repository.Root, "tests"), "*Tests").Select(path => Path.GetFileName(path)).Order()];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Each_test_is_in_a_folder_that_the_source_has(string project)
    {
        var source = Sources(project).SelectMany(Folders).ToHashSet();
        Assert.NotEmpty(source);
        Assert.Empty(Folders(Path.Combine(Repository.Root, "tests", project)).Except(source).Except(CrossCutting));
        Assert.Empty(Directory.GetFiles(Path.Combine(Repository.Root, "tests", project), "*.cs").Select(Path.GetFileName));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_namespace_is_its_folder(string project)
    {
        var folder = Path.Combine(Repository.Root, "tests", project);
        var files = Folders(folder)
            .SelectMany(name => Directory.GetFiles(Path.Combine(folder, name), "*.cs", SearchOption.AllDirectories)).ToArray();
        Assert.NotEmpty(files);
        Assert.All(files, file =>
        {
            var expected = "Platform." + Path.GetRelativePath(Path.Combine(Repository.Root, "tests"), Path.GetDirectoryName(file)!)
                .Replace('/', '.');
            Assert.Equal(expected, Namespace().Match(File.ReadAllText(file)).Groups[1].Value);
        });
    }

    [Fact]
    public void Tests_named_in_the_documentation_exist()
    {
        var named = Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Append(Path.Combine(Repository.Root, "README.md"))
            .SelectMany(file => TestPath().Matches(File.ReadAllText(file)).Select(match => (File: Path.GetFileName(file), match.Value)))
            .ToArray();
        Assert.NotEmpty(named);
        Assert.All(named, name =>
        {
            var path = Path.Combine(Repository.Root, "tests", name.Value);
            Assert.True(File.Exists(path) || File.Exists(path + ".cs") || Directory.Exists(path), $"{name.File} names {name.Value}.");
        });
    }

    /// <summary>The source folders of a test project, for example Grains and Grains.Interfaces for Grains.UnitTests.</summary>
    private static IEnumerable<string> Sources(string project)
    {
        var source = Path.Combine(Repository.Root, "src", project[..project.LastIndexOf('.')]);
        return ((string[])[source, source + ".Interfaces"]).Where(Directory.Exists);
    }

    private static IEnumerable<string> Folders(string path) => Directory.GetDirectories(path)
        .Where(folder => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories).Any())
        .Select(folder => Path.GetFileName(folder)).Where(name => name is not ("bin" or "obj"));

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"\b(Api|Grains|Storage)\.(Unit)?Tests/[\w./-]*\w")]
    private static partial Regex TestPath();
}
