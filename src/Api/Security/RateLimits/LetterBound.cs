using Platform.Api.Http;
using Platform.Grains.Engine.Registration;
using Platform.Identity;
using Platform.RateLimits;

namespace Platform.Api.Security.RateLimits;

/// <summary>
/// Limits the e-mails that other people can cause for one address: resets, registrations, invitations and changes of address, counted
/// together and across the cluster. Notices to users about their own accounts do not count.
/// </summary>
[Singleton]
public sealed class LetterBound(RateLimiter limiter, RatePolicies policies)
{
    /// <summary>Counts one e-mail; returns false if it must not be sent. For callers that must not reveal this.</summary>
    public async Task<bool> AllowsAsync(string address) => policies.Recipient.IsOff || (await TakeAsync(address)).Allowed;

    /// <summary>Counts one e-mail; throws a 429 problem if it must not be sent.</summary>
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
