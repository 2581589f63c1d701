using Platform.Access;
using Platform.Activities;
using Platform.Api.Http;
using Platform.Api.Identity.Registration;
using Platform.Grains.Engine.Registration;
using Platform.Identity;
using Platform.Organisations;
using Platform.Wallets;

namespace Platform.Api.Host;

/// <summary>
/// Loads a demo organisation: its owner, colleagues with wallets, deposits, charges and activities. Every step has a fixed
/// operation id, so loading it again adds nothing.
/// </summary>
[Singleton]
public sealed class Demo(AccountRegistration registration, EntityGrains grains, IConfiguration configuration)
{
    private const string Email = "demo@platform.local";
    private const string DefaultPassword = "demo-organisation";
    private const int Charges = 40;
    private const string ApiCalls = "api-calls";
    private static readonly OperationId Operation = OperationId.FromKey("demo", "organisation");
    private static readonly Guid OrganisationId = Id(Operation, 1);
    private static readonly Currency Usd = Currency.Parse("USD");
    private static readonly UnitPrice CallPrice = new(0, Usd, 5_000_000_000); // 0.005
    private static readonly string[] Reasons = ["Data export", "Address check", "Credit report", "Document signing", "Text messages"];

    private static readonly (string Name, string? Role)[] Colleagues =
        [("Amira Haddad", "manager"), ("Ben Okafor", "analyst"), ("Chiara Rossi", "viewer"), ("Deniz Kaya", null)];

    /// <summary>How the demo owner signs in; null until the demo is loaded.</summary>
    public string? SignIn { get; private set; }

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        var password = configuration["Platform:DemoPassword"] ?? DefaultPassword;
        var owner = new EntityKey(OrganisationId, Id(Operation, 2));
        var account = Require(await registration.RegisterAsync(
            new NewAccount(
                new NewUser(Operation, owner, owner.Id, Id(Operation, 3), Email, password, "Dana Demo", UserTier.Enterprise, "USD"),
                OrganisationKind.Enterprise, "Northgate Services", "Europe/Berlin", "en-US"),
            cancellationToken));
        Caller.Set(OrganisationId);
        Require(await grains.Of<IActivityCatalogueGrain>(IActivityCatalogueGrain.KeyOf(OrganisationId)).AskAsync(
            new SetActivityType(
                new CommandContext(OrganisationId, owner.Id, Operation.Step("api-calls")), ApiCalls, "API calls", [CallPrice]),
            static (catalogue, command) => catalogue.SetTypeAsync(command)));
        await SpendAsync(account.User.Id, account.Wallet.Id, Operation, 0);
        for (var i = 0; i < Colleagues.Length; i++)
        {
            var step = Operation.Step($"colleague-{i}");
            var (userId, walletId) = (Id(step, 1), Id(step, 2));
            var (name, role) = Colleagues[i];
            var email = $"{name.Split(' ')[0].ToLowerInvariant()}@northgate.example";
            Require(await registration.AddUserAsync(
                new NewUser(step, new EntityKey(OrganisationId, userId), owner.Id, walletId, email, password, name, UserTier.SubUser, "USD")
                {
                    ParentId = owner.Id,
                    Grants = role is null ? [] : [new Grant(role)],
                },
                cancellationToken));
            await SpendAsync(userId, walletId, step, i + 1);
        }

        SignIn = $"{Email}  password: {password}";
        if (!Announcement.IsOn(configuration))
        {
            Console.WriteLine($"Demo organisation: {SignIn}");
        }
    }

    private async Task SpendAsync(Guid userId, Guid walletId, OperationId step, int seed)
    {
        var wallet = grains.Of<IWalletGrain>(OrganisationId, walletId);
        var context = new CommandContext(OrganisationId, userId, step);
        for (var i = 0; i < 3; i++)
        {
            var deposit = new Deposit(context.Step($"deposit-{i}"), new Money(25_000 + (5_000 * seed), Usd), $"bank-{seed}-{i}", null);
            Require(await wallet.AskAsync(deposit, static (wallet, command) => wallet.DepositAsync(command)));
        }

        for (var i = 0; i < Charges; i++)
        {
            var turn = (i * 7) + (seed * 3);
            var charge = new Charge(
                context.Step($"charge-{i}"), new Money(95 + (turn * 37 % 1_400), Usd), Reasons[turn % Reasons.Length],
                $"order-{seed}-{i + 1}", null);
            Require(await wallet.AskAsync(charge, static (wallet, command) => wallet.ChargeAsync(command)));
        }

        for (var i = 0; i < 5; i++)
        {
            var perform = new PerformActivity(
                context.Step($"activity-{i}"), "report-generation", 1 + (i % 3), new UnitPrice(100, Usd), userId, walletId,
                $"Report {i + 1}", null,
                ActivityPrice.BuiltIn(Usd), "UTC");
            await PerformAsync(perform);
        }

        // A call answered from the cache counts as half a call.
        await PerformAsync(new PerformActivity(
            context.Step("api-calls"), ApiCalls, Quantity.Of(1_200 + (340 * seed), Quantity.PerUnit / 2), CallPrice, userId, walletId,
            "Last month's calls", null, new ActivityPrice(1, CallPrice), "UTC"));
    }

    private async Task PerformAsync(PerformActivity perform)
    {
        var activity = grains.Of<IActivityGrain>(OrganisationId, Id(perform.Context.Operation, 0));
        Require(await activity.AskAsync(perform, static (activity, command) => activity.PerformAsync(command)));
    }

    private static Guid Id(OperationId operation, int ordinal) => operation.NewId(DateTimeOffset.UnixEpoch, ordinal);

    private static T Require<T>(Result<T> result)
        where T : class => result.IsSuccess ? result.Value : throw (result.Error.Kind == ErrorKind.Unavailable
            ? new ProblemException(Problems.From(result.Error))
            : new InvalidOperationException($"The demo was refused: {result.Error.Code}."));
}
