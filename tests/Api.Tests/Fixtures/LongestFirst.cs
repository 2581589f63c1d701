using Xunit.Abstractions;

[assembly: TestCollectionOrderer("Platform.Api.Tests.Fixtures." + nameof(LongestFirst), "Platform.Api.Tests")]

namespace Platform.Api.Tests.Fixtures;

/// <summary>
/// As many collections run at once as there are processors, otherwise in any order. The one that takes as long as all others together begins,
/// so that it does not run alone at the end.
/// </summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderByDescending(collection => collection.DisplayName == ApiCollection.Name);
}
