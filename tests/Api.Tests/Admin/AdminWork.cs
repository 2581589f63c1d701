using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Platform.Api.Tests.Admin;

/// <summary>Random work in several organisations and currencies: everything that moves money, some of it refused.</summary>
public sealed class AdminWork(ApiFixture api, Random random)
{
    private const int Kinds = 11;

    private static readonly (string Currency, string Kind)[] Tenants =
        [("USD", "enterprise"), ("JPY", "enterprise"), ("KWD", "enterprise"), ("EUR", "individual"), ("USD", "individual"),
            ("USD", "enterprise")];

    private readonly List<(Account Owner, Account Payer, string Currency)> _accounts = [];
    private readonly Dictionary<Account, string> _budgets = []; // For each owner, a wallet with a budget of the owner's wallet.

    public IReadOnlyList<Account> Owners => [.. _accounts.Select(account => account.Owner).Distinct()];

    /// <summary>A user who is not the owner of their organisation.</summary>
    public (Account Owner, Account Payer) SubUser =>
        _accounts.Where(account => account.Owner != account.Payer).Select(account => (account.Owner, account.Payer)).First();

    public async Task RunAsync(int operations)
    {
        foreach (var (currency, kind) in Tenants)
        {
            var owner = await api.RegisterAsync(currency, kind);
            _accounts.Add((owner, owner, currency));
            var type = new JsonObject { ["name"] = "Form download", ["unitPrices"] = new JsonArray(Account.Money("3", currency)) };
            (await owner.SendAsync(HttpMethod.Put, "/api/v1/activity-types/form-download", type)).Is(200);
            var budget = (await owner.PostAsync("/api/v1/wallets", new JsonObject { ["currency"] = currency })).Is(201).Text("id");
            var terms = new JsonObject { ["parentWalletId"] = owner.WalletId, ["slice"] = Account.Money("500", currency) };
            (await owner.SendAsync(HttpMethod.Put, $"/api/v1/wallets/{budget}/budget", terms)).Is(200);
            _budgets.Add(owner, $"/api/v1/wallets/{budget}");
            for (var i = kind == "enterprise" ? random.Next(1, 4) : 0; i > 0; i--)
            {
                _accounts.Add((owner, await api.AddUserAsync(owner), currency));
            }
        }

        var plan = new ConcurrentQueue<Step>(Enumerable.Range(0, operations).Select(Plan));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            while (plan.TryDequeue(out var step))
            {
                await DoAsync(step);
            }
        }));
        foreach (var owner in Owners)
        {
            (await owner.GetAsync(owner.Wallet)).Is(200); // The read settles what was spent under the budget.
        }
    }

    private Step Plan(int number)
    {
        var who = random.Next(_accounts.Count);
        var digits = _accounts[who].Currency switch { "JPY" => 0, "KWD" => 3, _ => 2 };
        var (amount, part) = (random.Next(1, 100_000), random.NextDouble());
        return new Step(who, number < 30 ? 0 : random.Next(Kinds), Text(amount), Text(1 + (int)((amount - 1) * part)), random.Next(2) == 0);

        string Text(int minor) => (minor / (decimal)Math.Pow(10, digits)).ToString($"F{digits}", CultureInfo.InvariantCulture);
    }

    private async Task DoAsync(Step step)
    {
        var (owner, payer, currency) = _accounts[step.Who];
        JsonObject Money(string amount) => Account.Money(amount, currency);
        JsonObject Charge(string amount) => new() { ["amount"] = Money(amount), ["reason"] = "a report" };
        JsonObject Hold(string amount) => new() { ["amount"] = Money(amount), ["expiresIn"] = 3600, ["reason"] = "a report" };
        var answer = step.What switch
        {
            0 or 1 => await DepositAsync(),
            2 => await owner.PostAsync($"{payer.Wallet}/charges", Charge(step.Amount)),
            3 => await payer.PostAsync("/api/v1/activities", new JsonObject { ["type"] = "form-download" }),
            4 => await AfterAsync(
                await owner.PostAsync($"{payer.Wallet}/holds", Hold(step.Amount)),
                id => step.Odd
                    ? owner.PostAsync($"/api/v1/holds/{id}/capture", new JsonObject { ["amount"] = Money(step.Part) })
                    : owner.PostAsync($"/api/v1/holds/{id}/void", new JsonObject())),
            5 => await AfterAsync(
                await owner.PostAsync($"{payer.Wallet}/charges", Charge(step.Amount)),
                id => owner.PostAsync($"/api/v1/transactions/{id}/refunds", new JsonObject { ["amount"] = Money(step.Part) })),
            6 => await owner.PostAsync(
                $"{payer.Wallet}/adjustments",
                new JsonObject { ["amount"] = Money(step.Part), ["direction"] = step.Odd ? "credit" : "debit",
                    ["reason"] = "counted again" }),
            7 => await owner.PostAsync($"{payer.Wallet}/credits", new JsonObject { ["amount"] = Money(step.Part), ["reason"] = "welcome" }),
            8 => await owner.PostAsync("/api/v1/transfers", new JsonObject
            {
                ["fromWalletId"] = payer.WalletId, ["toWalletId"] = owner.WalletId, ["amount"] = Money(step.Amount), ["reason"] = "back",
            }),
            9 => await AfterAsync(
                await owner.PostAsync($"{_budgets[owner]}/charges", Charge(step.Amount)),
                id => step.Odd
                    ? owner.PostAsync($"/api/v1/transactions/{id}/refunds", new JsonObject { ["amount"] = Money(step.Part) })
                    : owner.PostAsync($"{_budgets[owner]}/holds", Hold(step.Part))),
            _ => await AfterAsync(
                step.Odd ? await DepositAsync() : await owner.PostAsync($"{payer.Wallet}/charges", Charge(step.Part)),
                id => owner.PostAsync($"/api/v1/transactions/{id}/reversals", new JsonObject { ["reason"] = "by mistake" })),
        };
        Assert.True(answer.Status is 201 or 409 || (step.What == 8 && answer.Status == 400), $"{step}: {answer.Status} {answer.Body}");

        Task<Answer> DepositAsync() =>
            owner.PostAsync($"{payer.Wallet}/deposits", new JsonObject { ["amount"] = Money(step.Amount), ["reference"] = "bank" });
    }

    private static async Task<Answer> AfterAsync(Answer first, Func<string, Task<Answer>> then) =>
        first.Status == 201 ? await then(first.Text("id")) : first;

    private sealed record Step(int Who, int What, string Amount, string Part, bool Odd);
}
