using Platform.Api.Http;
using Platform.Grains.Engine.Registration;
using Platform.Identity;
using Platform.RateLimits;

namespace Platform.Api.Security.RateLimits;

/// <summary>
/// Limits the emails that others can cause to be sent to one address: password resets, registrations, invitations, changes of address. All
/// kinds count together, across the cluster. Notifications to users about their own account are not limited.
/// </summary>
[Singleton]
public sealed class LetterBound(RateLimiter limiter, RatePolicies policies)
{
    /// <summary>Counts an email and returns whether it may be sent. For callers that must not reveal the limit.</summary>
    public async Task<bool> AllowsAsync(string address) => policies.Recipient.IsOff || (await TakeAsync(address)).Allowed;

    /// <summary>Counts an email and throws a 429 problem if it must not be sent.</summary>
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
