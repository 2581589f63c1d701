using System.Reflection;
using Platform.Api.Http;
using Platform.Grains.Engine.Entities;
using Platform.Silo.Hosting;
using Platform.Storage.Engine;

namespace Platform.Api.Tests.Architecture;

/// <summary>Dependencies between projects, and between the folders of the API, point in one direction.</summary>
public sealed class ArchitectureTests
{
    private static readonly Folders Api = new("Platform.Api", TypeReferences.Of(typeof(Problem).Assembly));

    // From the lowest to the highest layer.
    private static readonly IReadOnlyList<Assembly> Projects =
    [
        typeof(Money).Assembly, typeof(Snapshot).Assembly, typeof(PlatformDatabase).Assembly, typeof(SiloHosting).Assembly,
        typeof(Problem).Assembly,
    ];

    [Fact]
    public void Folders_of_the_api_have_no_dependency_cycle() => AssertNone(Api.Cycles());

    [Fact]
    public void Http_refers_to_no_other_folder() => AssertNone(Api.Forbidden((from, _) => from != "Http"));

    [Fact]
    public void Each_folder_refers_to_those_below_it()
    {
        Assert.Superset(new HashSet<string> { "Host", "Push", "Wallets", "Identity", "Security", "Mail", "Http" }, Api.Names.ToHashSet());
        AssertNone(Api.Forbidden((from, to) => LayerOf(from) > LayerOf(to) || (LayerOf(from), LayerOf(to)) == (Domain, Domain)));
    }

    [Fact]
    public void Projects_refer_to_those_below_them()
    {
        var names = Projects.Select(project => project.GetName().Name).ToList();
        Assert.Equal(["Platform.Grains.Interfaces", "Platform.Grains", "Platform.Storage", "Platform.Silo", "Platform.Api"], names);
        AssertNone([.. Projects.SelectMany((project, place) => project.GetReferencedAssemblies()
            .Where(other => names.IndexOf(other.Name) >= place).Select(other => $"{names[place]} -> {other.Name}"))]);
    }

    [Fact]
    public void Only_storage_references_the_database_driver()
    {
        var naming = Projects.Where(project => project.GetReferencedAssemblies().Any(other => other.Name == "Npgsql"));
        Assert.Equal(["Platform.Storage"], naming.Select(project => project.GetName().Name));
    }

    [Fact]
    public void A_cycle_is_reported_by_its_types()
    {
        var folders = new Folders("Own",
        [
            new("Own.Http.Problem", "Own.Security.Audit.AuditTrail"), new("Own.Security.Reach", "Own.Http.Problem"),
            new("Own.Security.Needs", "Own.Http.Query"), new("Own.Wallets.Transfers", "Own.Http.Problem"),
            new("Own.Wallets.Transfers", "Own.Wallets.Holds"), new("Program", "Own.Http.Problem"),
        ]);
        Assert.Equal(
            ["Http.Problem -> Security.Audit.AuditTrail", "Security.Needs -> Http.Query", "Security.Reach -> Http.Problem"],
            folders.Cycles());
        Assert.Equal(["Http.Problem -> Security.Audit.AuditTrail"], folders.Forbidden((from, _) => from != "Http"));
    }

    [Fact]
    public void A_longer_cycle_is_found_too()
    {
        var folders = new Folders("Own",
        [
            new("Own.A.One", "Own.B.Two"), new("Own.B.Two", "Own.C.Three"), new("Own.C.Three", "Own.A.One"), new("Own.D.Four", "Own.A.One"),
        ]);
        Assert.Equal(["A.One -> B.Two", "B.Two -> C.Three", "C.Three -> A.One"], folders.Cycles());
    }

    [Theory]
    [InlineData(nameof(Examples.InBody))]
    [InlineData(nameof(Examples.InLambda))]
    [InlineData(nameof(Examples.InAsync))]
    [InlineData(nameof(Examples.InTypeArgument))]
    [InlineData(nameof(Examples.InSignature))]
    [InlineData(nameof(Examples.InField))]
    [InlineData(nameof(Examples.InBase))]
    [InlineData(nameof(Examples.InConstraint))]
    [InlineData(nameof(Examples.InAttribute))]
    public void Every_kind_of_reference_is_found(string example)
    {
        var own = typeof(Examples).Namespace;
        var reference = new TypeReference($"{own}.{example}", $"{own}.{nameof(Examples.NamedAttribute)}");
        Assert.Contains(reference, TypeReferences.Of(typeof(Examples).Assembly));
    }

    private const int Domain = 2;

    private static int LayerOf(string folder) => folder switch
    {
        "Http" => 0,
        "Security" or "Mail" => 1,
        "Push" => 3,
        "Host" => 4,
        _ => Domain,
    };

    private static void AssertNone(IReadOnlyList<string> faults) =>
        Assert.True(faults.Count == 0, string.Join(Environment.NewLine, faults));
}
