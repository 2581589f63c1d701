using System.Text.RegularExpressions;

namespace Platform.Grains.UnitTests.Architecture;

/// <summary>Code excerpts in documents must match the source files that they name, so that they do not become stale.</summary>
public sealed partial class DocumentExcerptTests
{
    [Fact]
    public void Excerpts_match_the_sources_that_they_name()
    {
        var excerpts = Excerpt().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "adding-a-domain.md")));

        Assert.True(excerpts.Count > 5, "The document has no excerpts.");
        Assert.All(excerpts, excerpt =>
        {
            var source = File.ReadAllText(Path.Combine(Repository.Root, excerpt.Groups["file"].Value));
            Assert.Contains(excerpt.Groups["code"].Value, source, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Every_excerpt_names_its_source() =>
        Assert.DoesNotMatch("```csharp *\n", File.ReadAllText(Path.Combine(Repository.Root, "docs", "adding-a-domain.md")));

    [GeneratedRegex("```csharp (?<file>\\S+)\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Excerpt();
}
