using System.Net;
using Platform.Api.Http;
using Platform.Api.Security.Audit;
using Platform.Grains.Engine.Registration;
using Platform.Identity;
using Platform.RateLimits;

namespace Platform.Api.Security.RateLimits;

/// <summary>
/// Limits password attempts per account from all addresses together (ASVS 6.3.1), before anything is hashed. Every attempt counts, right or
/// wrong, for known and unknown names; counting before the check is exact even for concurrent attempts. An attacker who uses up the
/// attempts does not lock the user out of networks with a session: these have their own attempts.
/// </summary>
[Singleton]
public sealed class PasswordGuesses(EntityGrains grains, RateLimiter limiter, RatePolicies policies, AuditTrail audit)
{
    private const string AccountScope = "rate-limit.account";
    private const string NetworkScope = "rate-limit.account.network";

    /// <summary>
    /// Counts a sign-in with an e-mail address. Returns null if allowed, otherwise a refusal that is the same for unknown addresses.
    /// </summary>
    public Task<IResult?> RefusalAsync(HttpContext http, string email, LoginOwner? owner) =>
        RefusalAsync(http, LoginName.NameOf(email), email, owner);

    /// <summary>Counts a sign-in with another unique account name. The audit log stores a keyed hash of typed.</summary>
    public async Task<IResult?> RefusalAsync(HttpContext http, string name, string typed, LoginOwner? owner)
    {
        var refusal = await TakeAsync(http, name, owner?.Key);
        if (refusal is not null)
        {
            await audit.SignInRefusedAsync(http, typed, owner, RateLimiting.Code);
        }

        return refusal;
    }

    /// <summary>
    /// Counts a password check of a signed-in user, so that a stolen token allows no more guesses than a name. Null if allowed.
    /// </summary>
    public async Task<IResult?> RefusalAsync(Call call) =>
        policies.Account.IsOff ? null : Refused(call.Http, await limiter.TakeAsync(SubjectOf(AccountScope, call.Caller.Key.ToString())));

    /// <summary>
    /// Forgets the attempts of an account whose password was just reset by email, so that its owner can sign in at once.
    /// </summary>
    public async Task ForgetAsync(HttpContext http, string email, EntityKey user)
    {
        if (policies.Account.IsOff)
        {
            return;
        }

        var name = LoginName.TryNormalise(email, out var normalised) ? normalised : email;
        foreach (var subject in new[]
        {
            SubjectOf(AccountScope, name), SubjectOf(NetworkScope, $"{name}\n{ClientAddress.NetworkOf(ClientAddress.Of(http))}"),
            SubjectOf(AccountScope, user.ToString()),
        })
        {
            await limiter.ForgetAsync(subject);
        }
    }

    private async Task<IResult?> TakeAsync(HttpContext http, string name, EntityKey? owner)
    {
        if (policies.Account.IsOff)
        {
            return null;
        }

        var account = SubjectOf(AccountScope, name);
        var answer = await limiter.TakeAsync(account);
        if (!answer.Allowed)
        {
            // An unknown name queries a user that does not exist, so that the response time does not reveal it.
            var network = ClientAddress.NetworkOf(ClientAddress.Of(http));
            if (await IsSignedInAtAsync(owner ?? account.Key, network))
            {
                answer = await limiter.TakeAsync(SubjectOf(NetworkScope, $"{name}\n{network}"));
            }
        }

        return Refused(http, answer);
    }

    private async Task<bool> IsSignedInAtAsync(EntityKey user, string network)
    {
        Caller.Set(user.OrganisationId);
        var sessions = await grains.Of<IUserSessionsGrain>(user).AskAsync(static grain => grain.ListAsync());
        return sessions.IsSuccess && sessions.Value.Items.Any(session =>
            IPAddress.TryParse(session.Address, out var address) && ClientAddress.NetworkOf(address) == network);
    }

    private RateSubject SubjectOf(string scope, string name) => new(policies.Account, RateSubject.KeyOf(scope, name));

    // Sets the headers only on a refusal: the remaining attempts would reveal when somebody else signs in.
    private Problem? Refused(HttpContext http, RateAnswer answer)
    {
        if (answer.Allowed)
        {
            return null;
        }

        RateLimiting.SetHeaders(http, policies.Account, answer);
        return RateLimiting.Refusal(policies.Account, answer);
    }
}
