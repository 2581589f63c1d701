using Platform.Grains.Engine.Registration;
using Platform.Identity;
using Platform.Storage.Identity;

namespace Platform.Api.Identity.External;

/// <summary>Who signed in, on the way from a redirect to the page that fetches the tokens.</summary>
public sealed record SignInTicket(Guid Id, LoginOwner User, string Method, DateTimeOffset ExpiresAt);

/// <summary>Tickets of two minutes that are exchanged for tokens once, so that no token stands in an address.</summary>
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

    /// <summary>What the ticket stands for; null where it is not ours, too old, or was used.</summary>
    public async Task<SignInTicket?> RedeemAsync(string text, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return sealing.Open<SignInTicket>(Purpose, text) is { } ticket && ticket.ExpiresAt > now &&
            await used.TryUseAsync(ticket.Id, ticket.ExpiresAt, now, cancellationToken) ? ticket : null;
    }
}
