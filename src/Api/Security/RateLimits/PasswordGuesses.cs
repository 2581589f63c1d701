using System.Net;
using Platform.Api.Http;
using Platform.Api.Security.Audit;
using Platform.Grains.Engine.Registration;
using Platform.Identity;
using Platform.RateLimits;

namespace Platform.Api.Security.RateLimits;

/// <summary>
/// Limits password attempts per account from any number of addresses (ASVS 6.3.1), before anything is hashed. Every attempt counts, right
/// or wrong, for known and unknown names, so the limit is exact under concurrency. Exhausting someone's attempts does not lock them out of
/// a network where they are signed in, which has its own attempts.
/// </summary>
[Singleton]
public sealed class PasswordGuesses(EntityGrains grains, RateLimiter limiter, RatePolicies policies, AuditTrail audit)
{
    private const string AnyNetwork = "rate-limit.account";
    private const string SameNetwork = "rate-limit.account.network";

    /// <summary>
    /// Returns null if a sign-in with this e-mail address may be tried, otherwise the refusal. Known and unknown addresses get the same.
    /// </summary>
    public Task<IResult?> RefusalAsync(HttpContext http, string email, LoginOwner? owner) =>
        RefusalAsync(http, LoginName.NameOf(email), email, owner);

    /// <summary>As above, for a name that identifies the account. The audit log stores a keyed hash of <paramref name="typed"/>.</summary>
    public async Task<IResult?> RefusalAsync(HttpContext http, string name, string typed, LoginOwner? owner)
    {
        var refusal = await TakeAsync(http, name, owner?.Key);
        if (refusal is not null)
        {
            await audit.SignInRefusedAsync(http, typed, owner, RateLimiting.Code);
        }

        return refusal;
    }

    /// <summary>Returns null if a signed-in user may confirm their password: a stolen token gives no more guesses than a name.</summary>
    public async Task<IResult?> RefusalAsync(Call call) =>
        policies.Account.IsOff ? null : Refused(call.Http, await limiter.TakeAsync(SubjectOf(AnyNetwork, call.Caller.Key.ToString())));

    /// <summary>
    /// Forgets the attempts at an account whose password was just reset by e-mail, so that the owner of the mailbox can sign in at once.
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
            SubjectOf(AnyNetwork, name),
            SubjectOf(SameNetwork, $"{name}\n{ClientAddress.NetworkOf(ClientAddress.Of(http))}"),
            SubjectOf(AnyNetwork, user.ToString()),
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

        var anyNetwork = SubjectOf(AnyNetwork, name);
        var answer = await limiter.TakeAsync(anyNetwork);
        if (!answer.Allowed)
        {
            // For an unknown name, ask a user who does not exist, so that the time does not reveal it.
            var network = ClientAddress.NetworkOf(ClientAddress.Of(http));
            if (await IsSignedInAtAsync(owner ?? anyNetwork.Key, network))
            {
                answer = await limiter.TakeAsync(SubjectOf(SameNetwork, $"{name}\n{network}"));
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

    // Headers only on refusals: the number of remaining attempts would reveal to strangers that someone signs in.
    private Problem? Refused(HttpContext http, RateAnswer answer)
    {
        if (answer.Allowed)
        {
            return null;
        }

        RateLimiting.AddHeaders(http, policies.Account, answer);
        return RateLimiting.Refusal(policies.Account, answer);
    }
}
