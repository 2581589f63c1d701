using System.Text;
using System.Text.Json.Nodes;
using Platform.Grains.Wallets;
using Platform.Identity;

namespace Platform.Api.Tests.Wallets;

/// <summary>A ledger export contains everything needed to recompute every hash.</summary>
[Collection(ApiCollection.Name)]
public sealed class LedgerExportTests(ApiFixture api)
{
    [Fact]
    public async Task An_export_has_all_transactions_of_the_organisation_and_their_chains_hold()
    {
        var (account, other) = (await api.RegisterAsync(), await api.RegisterAsync());
        (await other.DepositAsync("77")).Is(201);
        var second = account with { WalletId = (await account.PostAsync("/api/v1/wallets", new JsonObject())).Is(201).Text("id") };
        foreach (var wallet in new[] { account, second })
        {
            (await wallet.DepositAsync("1000")).Is(201);
            for (var i = 0; i < 10; i++)
            {
                (await wallet.ChargeAsync("1.01", reason: "=\u20ac\n\"x\"")).Is(201);
            }

            (await wallet.PostAsync($"{wallet.Wallet}/adjustments", new JsonObject
            {
                ["amount"] = Account.Money("5"), ["direction"] = "credit", ["reason"] = "late",
                ["effectiveAt"] = "2024-02-29T12:00:00.123456Z",
                ["metadata"] = new JsonObject { ["b"] = "2", ["a"] = "1" },
            })).Is(201);
        }

        var answer = (await account.GetAsync("/api/v1/ledger/export")).Is(200);
        Assert.Equal("application/x-ndjson", answer.MediaType);
        var lines = answer.Body.Split('\n');
        Assert.Equal("", lines[^1]);
        var header = LedgerLine.ParseHeader(Encoding.UTF8.GetBytes(lines[0]));
        Assert.Equal(account.OrganisationId, header.OrganisationId.ToString());
        var rows = lines.Where(line => line.StartsWith("{\"transaction\":", StringComparison.Ordinal))
            .Select(line => LedgerLine.Parse(Encoding.UTF8.GetBytes(line))).ToList();
        Assert.Equal(24, rows.Count);
        Assert.All(rows, row => Assert.Equal(header.OrganisationId, row.Key.OrganisationId));
        var chains = rows.GroupBy(row => row.Key.Id).ToList();
        Assert.Equal(2, chains.Count);
        Assert.Equal(chains.SelectMany(chain => chain), rows);
        foreach (var chain in chains)
        {
            var head = default(Digest);
            foreach (var (index, row) in chain.Index())
            {
                Assert.Equal(index + 1, row.Sequence);
                head = LedgerChain.HashOf(head, row);
                Assert.Equal(head, row.Hash);
            }
        }
    }

    [Fact]
    public async Task An_export_needs_the_permission_and_is_audited()
    {
        var account = await api.RegisterAsync();
        var sub = await api.AddUserAsync(account);
        Assert.Equal("audit:export", (await sub.GetAsync("/api/v1/ledger/export")).IsProblem(403, "forbidden").Text("permission"));
        (await account.GetAsync("/api/v1/ledger/export?from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z")).Is(200);
        (await account.GetAsync("/api/v1/ledger/export?format=csv")).IsProblem(400, "unknown-parameter");
        Assert.Single((await account.GetAsync("/api/v1/audit-log?action=ledger.exported")).Is(200).Json["items"]!.AsArray());
    }
}
