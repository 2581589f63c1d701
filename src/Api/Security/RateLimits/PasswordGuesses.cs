using System.Net;
using Platform.Api.Http;
using Platform.Api.Security.Audit;
using Platform.Grains.Engine.Registration;
using Platform.Identity;
using Platform.RateLimits;

namespace Platform.Api.Security.RateLimits;

/// <summary>
/// Bounds how often a password of one account is tried, from however many addresses (ASVS 6.3.1), before anything is hashed. Every
/// attempt counts, right or wrong, whether the name is known or not: what is taken before is exact however many try at once. Whoever
/// uses up somebody's attempts does not lock them out of where they are signed in: that network has attempts of its own.
/// </summary>
[Singleton]
public sealed class PasswordGuesses(EntityGrains grains, RateLimiter limiter, RatePolicies policies, AuditTrail audit)
{
    private const string Everywhere = "rate-limit.account";
    private const string Here = "rate-limit.account.network";

    /// <summary>Null where one may sign in with this e-mail address; else the answer, the same for known and unknown ones.</summary>
    public Task<IResult?> RefusalAsync(HttpContext http, string email, LoginOwner? owner) =>
        RefusalAsync(http, LoginName.NameOf(email), email, owner);

    /// <summary>As for an e-mail address, by a name that tells accounts apart; typed is what the audit log keeps a keyed hash of.</summary>
    public async Task<IResult?> RefusalAsync(HttpContext http, string name, string typed, LoginOwner? owner)
    {
        var refusal = await TakeAsync(http, name, owner?.Key);
        if (refusal is not null)
        {
            await audit.SignInRefusedAsync(http, typed, owner, RateLimiting.Code);
        }

        return refusal;
    }

    /// <summary>Null if somebody signed in may be asked for their password: a stolen token buys no more guesses than a name.</summary>
    public async Task<IResult?> RefusalAsync(Call call) =>
        policies.Account.IsOff ? null : Refused(call.Http, await limiter.TakeAsync(SubjectOf(Everywhere, call.Caller.Key.ToString())));

    /// <summary>
    /// Forgets the attempts at an account whose password was just reset by letter: who has the mail is let in at once, however many guessed
    /// before.
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
            SubjectOf(Everywhere, name), SubjectOf(Here, $"{name}\n{ClientAddress.NetworkOf(ClientAddress.Of(http))}"), SubjectOf(Everywhere, user.ToString()),
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

        var everywhere = SubjectOf(Everywhere, name);
        var answer = await limiter.TakeAsync(everywhere);
        if (!answer.Allowed)
        {
            // For an unknown name a user who does not exist is asked: the time must not tell.
            var network = ClientAddress.NetworkOf(ClientAddress.Of(http));
            if (await IsSignedInAtAsync(owner ?? everywhere.Key, network))
            {
                answer = await limiter.TakeAsync(SubjectOf(Here, $"{name}\n{network}"));
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

    // Only a refusal tells: how many attempts are left would tell strangers that somebody signs in.
    private Problem? Refused(HttpContext http, RateAnswer answer)
    {
        if (answer.Allowed)
        {
            return null;
        }

        RateLimiting.Tell(http, policies.Account, answer);
        return RateLimiting.Refusal(policies.Account, answer);
    }
}
