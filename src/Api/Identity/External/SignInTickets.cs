using Platform.Grains.Engine.Registration;
using Platform.Identity;
using Platform.Storage.Identity;

namespace Platform.Api.Identity.External;

/// <summary>An authenticated user between the redirect and the request that fetches the tokens.</summary>
public sealed record SignInTicket(Guid Id, LoginOwner User, string Method, DateTimeOffset ExpiresAt);

/// <summary>Issues tickets, valid for two minutes, that can be exchanged for tokens once. They keep tokens out of URLs.</summary>
[Singleton]
public sealed class SignInTickets(Sealing sealing, UsedOnceTable used, TimeProvider time)
{
    private const string Purpose = "sign-in-ticket";
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(2);

    public string Issue(LoginOwner user, string method)
    {
        var now = time.GetUtcNow();
        return sealing.Seal(Purpose, new SignInTicket(OperationId.Fresh(time).Value, user, method, now + Lifetime));
    }

    /// <summary>Redeems a ticket; returns null if it is invalid, expired or used.</summary>
    public async Task<SignInTicket?> RedeemAsync(string text, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return sealing.Open<SignInTicket>(Purpose, text) is { } ticket && ticket.ExpiresAt > now &&
            await used.TryUseAsync(ticket.Id, ticket.ExpiresAt, now, cancellationToken) ? ticket : null;
    }
}
