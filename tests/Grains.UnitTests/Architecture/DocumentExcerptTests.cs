using System.Text.RegularExpressions;

namespace Platform.Grains.UnitTests.Architecture;

/// <summary>Excerpts of code in documents are lines of the source that they name, so that they cannot grow stale.</summary>
public sealed partial class DocumentExcerptTests
{
    [Fact]
    public void Excerpts_stand_in_the_sources_that_they_name()
    {
        var excerpts = Excerpt().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "adding-a-domain.md")));

        Assert.True(excerpts.Count > 5, "The document has no excerpts.");
        Assert.All(excerpts, excerpt =>
            Assert.Contains(excerpt.Groups["code"].Value, File.ReadAllText(Path.Combine(Repository.Root, excerpt.Groups["file"].Value)), StringComparison.Ordinal));
    }

    [Fact]
    public void No_excerpt_leaves_out_its_source() =>
        Assert.DoesNotMatch("```csharp *\n", File.ReadAllText(Path.Combine(Repository.Root, "docs", "adding-a-domain.md")));

    [GeneratedRegex("```csharp (?<file>\\S+)\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Excerpt();
}
