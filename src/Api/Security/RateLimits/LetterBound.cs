using Platform.Api.Http;
using Platform.Grains.Engine.Registration;
using Platform.Identity;
using Platform.RateLimits;

namespace Platform.Api.Security.RateLimits;

/// <summary>
/// Bounds the letters that one address gets because of what others ask for: resets, registrations, invitations, changes of address. All
/// count together and in the whole cluster, since a full mailbox is full whatever the letters say. What the platform tells its own users
/// of their accounts is not counted.
/// </summary>
[Singleton]
public sealed class LetterBound(RateLimiter limiter, RatePolicies policies)
{
    /// <summary>Counts one letter; false where it must not be sent. For callers who must not learn of it.</summary>
    public async Task<bool> AllowsAsync(string address) => policies.Recipient.IsOff || (await TakeAsync(address)).Allowed;

    /// <summary>Counts one letter. For callers who are told: throws a 429.</summary>
    public async Task RequireAsync(string address)
    {
        if (!policies.Recipient.IsOff && await TakeAsync(address) is { Allowed: false } refused)
        {
            throw new ProblemException(RateLimiting.Refusal(policies.Recipient, refused));
        }
    }

    private Task<RateAnswer> TakeAsync(string address) =>
        limiter.TakeAsync(new RateSubject(policies.Recipient, RateSubject.KeyOf("rate-limit.recipient", Normalise(address)))).AsTask();

    private static string Normalise(string address) => LoginName.TryNormalise(address, out var normalised) ? normalised : address;
}
