using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Grains.Ledger;
using Platform.Storage.Engine;
using Platform.Testing;

namespace Platform.Api.Tests.Ledger;

/// <summary>The proof of the ledger over HTTP, and the command that verifies an export without a database or server.</summary>
[Collection(ApiCollection.Name)]
public sealed class LedgerProofTests(ApiFixture api)
{
    [Fact]
    public async Task A_wallet_is_proved_to_be_in_a_signed_checkpoint()
    {
        var account = await api.RegisterAsync();
        (await account.DepositAsync("100")).Is(201);
        var before = (await account.GetAsync($"{account.Wallet}/proof")).Is(200).Json;
        Assert.Null(before["checkpoint"]);
        (await account.SendAsync(HttpMethod.Post, "/api/v1/wallets", new JsonObject { ["currency"] = "EUR" })).Is(201);
        (await account.SendAsync(HttpMethod.Post, "/api/v1/wallets", new JsonObject { ["currency"] = "JPY" })).Is(201);
        var taken = (await account.SendAsync(HttpMethod.Post, "/api/v1/ledger/checkpoints")).Is(201);
        Assert.Equal(taken.Text("id"), (await account.SendAsync(HttpMethod.Post, "/api/v1/ledger/checkpoints")).Is(201).Text("id"));

        (await account.ChargeAsync("1")).Is(201);
        var proof = (await account.GetAsync($"{account.Wallet}/proof")).Is(200).Json;
        Assert.Equal((2L, 1L), (proof["sequence"]!.GetValue<long>(), proof["leaf"]!["sequence"]!.GetValue<long>()));
        Assert.Equal(before["head"]!.GetValue<string>(), proof["leaf"]!["head"]!.GetValue<string>());
        var leaf = new CheckpointLeaf(
            Guid.Parse(account.WalletId), 1, Checkpoint.OfHex(proof["leaf"]!["head"]!.GetValue<string>()),
            proof["leaf"]!["balanceMinor"]!.GetValue<long>());
        var root = MerkleTree.RootFrom(
            leaf.Hash(), proof["index"]!.GetValue<int>(), 3,
            [.. proof["inclusionPath"]!.AsArray().Select(hash => Checkpoint.OfHex(hash!.GetValue<string>()))]);

        var document = proof["checkpoint"]!["document"]!.GetValue<string>();
        var keys = (await account.GetAsync("/api/v1/ledger/keys")).Is(200).Json["keys"]!.AsArray();
        Assert.Contains(keys, key => CheckpointKey.Read(JsonElement.Parse(key!.ToJsonString())).Verifies(document));
        Assert.True(CheckpointKey.Open(document).Checkpoint.Root == root);
        Assert.Equal(
            taken.Text("id"), (await account.GetAsync("/api/v1/ledger/checkpoints")).Is(200).Json["items"]![0]!["id"]!.GetValue<string>());
    }

    [Fact]
    public async Task An_export_is_verified_offline_and_changes_in_it_are_reported()
    {
        var account = await api.RegisterAsync();
        (await account.DepositAsync("100")).Is(201);
        for (var i = 0; i < 4; i++)
        {
            (await account.ChargeAsync("1")).Is(201);
        }

        var id = (await account.SendAsync(HttpMethod.Post, "/api/v1/ledger/checkpoints")).Is(201).Text("id");
        (await account.ChargeAsync("2")).Is(201);
        using var folder = new TestFolder();
        var (export, kept, keys) =
            (Path.Combine(folder.Path, "export.ndjson"), Path.Combine(folder.Path, "kept.json"), Path.Combine(folder.Path, "keys.json"));
        await File.WriteAllTextAsync(kept, (await account.GetAsync($"/api/v1/ledger/checkpoints/{id}")).Is(200).Body);
        await File.WriteAllTextAsync(keys, (await account.GetAsync("/api/v1/ledger/keys")).Is(200).Body);
        var lines = (await account.GetAsync("/api/v1/ledger/export")).Is(200).Body.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        var (code, output) = await VerifyAsync(lines);
        Assert.True(code == 0, output);
        Assert.Contains("SOUND: ", output, StringComparison.Ordinal);
        Assert.Contains("6 transactions of 1 wallets, 1 checkpoints, 0 faults", output, StringComparison.Ordinal);

        (code, output) = await VerifyAsync(
            [.. lines.Select(
                line =>
                    line.Contains("\"sequence\":3,", StringComparison.Ordinal)
                ? line.Replace("\"amount\":100,", "\"amount\":1,", StringComparison.Ordinal)
                : line)]);
        Assert.Equal(1, code);
        Assert.Contains($"wallet {account.WalletId}: first bad sequence 3", output, StringComparison.Ordinal);

        (code, output) = await VerifyAsync([.. lines.SkipLast(2)]);
        Assert.Equal(1, code);
        Assert.Contains("first bad sequence 5: the export ends at sequence 4", output, StringComparison.Ordinal);

        (code, output) = await VerifyAsync([]);
        Assert.True(code == 1, output);

        async Task<(int Code, string Output)> VerifyAsync(string[] lines)
        {
            await File.WriteAllLinesAsync(export, lines);
            return await PlatformCommand.RunTypingAsync(
                new Dictionary<string, string>(), "", "ledger", "verify", export, "--checkpoint", kept, "--keys", keys,
                "--Platform:Data=/nowhere");
        }
    }

    [Fact]
    public async Task A_check_returns_its_findings_and_covers_only_the_callers_organisation()
    {
        var account = await api.RegisterAsync();
        (await account.DepositAsync("100")).Is(201);
        (await account.ChargeAsync("1")).Is(201);
        var found = (await account.SendAsync(HttpMethod.Post, "/api/v1/ledger/checks", new JsonObject { ["walletId"] = account.WalletId }))
            .Is(200).Json;
        Assert.Equal((1, 2L), (found["checked"]!.GetValue<int>(), found["transactions"]!.GetValue<long>()));
        Assert.Empty(found["alerts"]!.AsArray());
        Assert.Equal(
            1, (await account.SendAsync(HttpMethod.Post, "/api/v1/ledger/checks", new JsonObject())).Is(200).Json["due"]!.GetValue<long>());

        var other = await api.RegisterAsync();
        (await other.SendAsync(HttpMethod.Post, "/api/v1/ledger/checks", new JsonObject { ["walletId"] = account.WalletId }))
            .IsProblem(404);
        (await other.GetAsync($"{account.Wallet}/proof")).IsProblem(404);
        var id = (await account.SendAsync(HttpMethod.Post, "/api/v1/ledger/checkpoints")).Is(201).Text("id");
        (await other.GetAsync($"/api/v1/ledger/checkpoints/{id}")).IsProblem(404);
        Assert.Empty((await other.GetAsync("/api/v1/ledger/checkpoints")).Is(200).Json["items"]!.AsArray());

        await using (var database = new PlatformDatabase(api.ConnectionString))
        {
            await using var tamper = database.Queries.CreateCommand(
                $"UPDATE wallet SET paid = paid + 1 WHERE wallet_id = '{account.WalletId}'");
            await tamper.ExecuteNonQueryAsync();
        }

        found = (await account.SendAsync(HttpMethod.Post, "/api/v1/ledger/checks", new JsonObject { ["walletId"] = account.WalletId }))
            .Is(200).Json;
        Assert.Equal("wallet", found["alerts"]![0]!["kind"]!.GetValue<string>());
        Assert.Equal("frozen", (await account.GetAsync(account.Wallet)).Is(200).Text("status"));
        Assert.Single((await account.GetAsync("/api/v1/ledger/alerts")).Is(200).Json["items"]!.AsArray());
        Assert.Empty((await other.GetAsync("/api/v1/ledger/alerts")).Is(200).Json["items"]!.AsArray());
    }
}
