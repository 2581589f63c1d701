using System.Runtime.CompilerServices;
using Platform.Grains.Wallets;
using Platform.Wallets;

namespace Platform.Grains.Tests.Engine.Contracts;

/// <summary>
/// Silos of two versions run side by side during an upgrade, and old events must stay readable. A change of contracts.txt changes
/// the wire format: adding is fine; renaming, renumbering and removing are not.
/// </summary>
public sealed class ContractSnapshotTests
{
    [Fact]
    public void Contracts_are_those_that_are_checked_in()
    {
        var path = Path.Combine(Path.GetDirectoryName(ThisFile())!, "contracts.txt");
        var actual = ContractText.Of(typeof(IWalletGrain).Assembly, typeof(WalletState).Assembly);
        if (Environment.GetEnvironmentVariable("UPDATE_CONTRACTS") == "1")
        {
            File.WriteAllText(path, actual);
        }

        Assert.Equal(File.ReadAllText(path), actual);
    }

    [Fact]
    public void Every_grain_method_has_an_alias()
    {
        var grains = typeof(IWalletGrain).Assembly.GetTypes()
            .Where(type => type.IsInterface && (typeof(IGrain).IsAssignableFrom(type) || typeof(IGrainObserver).IsAssignableFrom(type)));
        Assert.All(grains.SelectMany(grain => grain.GetMethods().Where(method => !method.IsStatic)), method =>
            Assert.Contains(method.GetCustomAttributes(false), attribute => attribute is AliasAttribute));
    }

    [Fact]
    public void The_text_of_a_contract_has_its_alias_ids_names_and_types()
    {
        var text = ContractText.Of(typeof(ContractSnapshotTests).Assembly);
        Assert.Contains("tests.contract.sample", text, StringComparison.Ordinal);
        Assert.Contains("0 First: Int32", text, StringComparison.Ordinal);
        Assert.Contains("1 Second: String", text, StringComparison.Ordinal);
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}

[GenerateSerializer, Alias("tests.contract.sample")]
public sealed record ContractSample([property: Id(0)] int First, [property: Id(1)] string Second);
