namespace Platform.Grains.UnitTests.Architecture;

/// <summary>CONTRIBUTING.md: lines have at most 140 characters.</summary>
public sealed class LineLengthTests
{
    private const int Limit = 140;

    [Fact]
    public void No_line_of_code_is_longer_than_140_characters()
    {
        var files = new[] { "src", "tests", "bench" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal)).ToList();

        Assert.True(files.Count > 500, $"Only {files.Count} files were found.");
        Assert.Empty(files.SelectMany(file => File.ReadLines(file).Index()
            .Where(line => line.Item.Length > Limit)
            .Select(line => $"{Path.GetRelativePath(Repository.Root, file)}:{line.Index + 1}")));
    }
}
