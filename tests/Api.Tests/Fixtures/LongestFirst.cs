using Xunit.Abstractions;

[assembly: TestCollectionOrderer("Platform.Api.Tests.Fixtures." + nameof(LongestFirst), "Platform.Api.Tests")]

namespace Platform.Api.Tests.Fixtures;

/// <summary>
/// Runs the longest collection first, so that it does not run alone at the end. It takes as long as all others together; as many
/// collections run in parallel as there are processors.
/// </summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderByDescending(collection => collection.DisplayName == ApiCollection.Name);
}
