using System.Security.Cryptography;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Platform.Access;
using Platform.Api.Identity.Sessions;
using Platform.Api.Security;
using Platform.Api.Security.Access;
using Platform.Api.Security.Tokens;
using Platform.Dealers;
using Platform.Grains.Access;
using Platform.Grains.Dealers;
using Platform.Identity;
using Platform.Organisations;
using Platform.ServiceAccounts;
using Platform.Storage.Identity;

namespace Platform.Micro;

/// <summary>
/// One organisation with ten custom roles, a dealer tree of 10,000 nodes and as many users as the caches hold, each with three
/// grants and one session whose token was already verified. Created once for all benchmarks.
/// </summary>
internal sealed class AccessState : IAccessSource
{
    public const int Users = 100_000; // The capacity of each cache.
    public const int Renewed = 10_000; // The number of users whose leases have expired.
    private const int Dealers = 10_000;
    private static readonly Lazy<AccessState> Lazily = new(() => new AccessState());
    private static readonly Guid OrganisationId = Id(0, 0);
    private readonly DateTimeOffset _expires = TimeProvider.System.GetUtcNow() + TimeSpan.FromDays(1);
    private readonly OrganisationRules _rules;

    private AccessState()
    {
        var options = Options.Create(new TokenOptions());
        var time = TimeProvider.System;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Keys = new SigningKeys(null!, options, time); // Without a store: uses only the key below.
        Keys.Take([new SigningKeyRow("bench", key.ExportPkcs8PrivateKey(), time.GetUtcNow(), time.GetUtcNow().AddMinutes(-1))]);
        (Verifier, Tokens) = (new TokenVerifier(Keys, options, time), new TokenCache(time));
        _rules = new OrganisationRules(
            new OrganisationView(
                OrganisationId, "Bench", OrganisationKind.Enterprise, "USD", "UTC", "en-US",
                OrganisationStatus.Active, time.GetUtcNow(), 1),
            new AccessBook(RoleBook.Of(new OrganisationAccess(1, Roles())), DealerTree.Of(new DealerTreeView(1, Tree()))));
        Cache = new AccessCache(this, new AccessSignal(), TimeSpan.FromDays(1));
        Unleased = new AccessCache(this, new AccessSignal(), TimeSpan.Zero);

        var signer = new TokenSigner(Keys, options, time);
        Texts = new string[Users];
        Callers = new SignedIn[Users];
        var order = Enumerable.Range(0, Users).ToArray();
        new Random(1).Shuffle(order);
        Parallel.For(0, Users, at =>
        {
            var user = order[at];
            var now = time.GetUtcNow();
            var token = new AccessToken(
                Id(2, user), OrganisationId, SessionOf(user), Id(4, user), now, now + TokenOptions.Lifetime, "aal1", now, 1);
            (Texts[at], Callers[at]) = (signer.Sign(token), new SignedIn(token));
        });
        for (var user = 0; user < Users; user++)
        {
            var ticket = new AuthenticationTicket(Callers[user], BearerHandler.Scheme);
            Tokens.Add(Texts[user], AuthenticateResult.Success(ticket), _expires);
            Cache.GetAsync(Callers[user]).AsTask().GetAwaiter().GetResult();
            if (user < Renewed)
            {
                Unleased.GetAsync(Callers[user]).AsTask().GetAwaiter().GetResult();
            }
        }
    }

    public static AccessState Shared => Lazily.Value;

    public SigningKeys Keys { get; }

    public TokenVerifier Verifier { get; }

    public TokenCache Tokens { get; }

    public AccessCache Cache { get; }

    /// <summary>A cache whose leases have always expired: it reads from the source each time, here without a network call.</summary>
    public AccessCache Unleased { get; }

    /// <summary>Tokens in random order, with their callers in <see cref="Callers"/>.</summary>
    public string[] Texts { get; }

    public SignedIn[] Callers { get; }

    public UserAccess AccessOf(EntityKey user) => new(
        UserStatus.Active,
        UserTier.SubUser,
        [
            .. Enumerable.Range(0, 3).Select(grant => new Grant(
                $"role-{(IndexOf(user) + grant) % 10}", Id(1, ((IndexOf(user) * 7) + (grant * 3_331)) % Dealers))),
        ],
        1, [new LiveSession(SessionOf(IndexOf(user)), _expires)], false, null, 1);

    Task<UserAccess> IAccessSource.ReadUserAsync(EntityKey key) => Task.FromResult(AccessOf(key));

    Task<ServiceAccountAccess> IAccessSource.ReadAccountAsync(EntityKey key) => throw new NotSupportedException();

    Task<OrganisationRules> IAccessSource.ReadOrganisationAsync(EntityKey key) => Task.FromResult(_rules with { });

    private static Guid Id(int kind, int number) => new(number, (short)kind, 0x7000, 0x80, 0, 0, 0, 0, 0, 0, 1);

    private static Guid SessionOf(int user) => Id(3, user);

    private static int IndexOf(EntityKey user) =>
        int.Parse(user.Id.ToString("N").AsSpan(0, 8), System.Globalization.NumberStyles.HexNumber, null);

    private static IReadOnlyList<RoleView> Roles()
    {
        var grantable = PermissionCatalogue.All
            .Where(permission => permission.Side == PermissionSide.Organisation)
            .Select(permission => permission.Code)
            .ToArray();
        return [.. Enumerable.Range(0, 10).Select(role => new RoleView(
            $"role-{role}",
            $"Role {role}",
            ["wallets:read", .. grantable.Where((code, index) => index % 10 >= role && code != "wallets:read")],
            RoleKind.Custom,
            1))];
    }

    // Ten children per node, five levels deep.
    private static IReadOnlyList<DealerNode> Tree() =>
    [
        .. Enumerable.Range(0, Dealers).Select(number => new DealerNode(
            Id(1, number), number == 0 ? null : Id(1, (number - 1) / 10), $"Dealer {number}", null, DealerStatus.Active)),
    ];
}
