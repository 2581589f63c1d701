using Platform.Api.Http;
using Platform.Api.Identity.Letters;
using Platform.Api.Mail;
using Platform.Api.Security.RateLimits;
using Platform.Grains.Engine.Registration;
using Platform.Identity;

namespace Platform.Api.Identity.Registration;

/// <summary>
/// Mails an address that somebody tried to register although an account has it. An account that never verified the address must not
/// keep it from whoever reads its mail: the letter can free it.
/// </summary>
[Singleton]
public sealed class TakenAddresses(EntityGrains grains, LoginNames logins, LetterBound bound, MailTokens mail, Mailer mailer)
{
    /// <summary>Offers to free the address if its account has not verified it. Used if the caller was told that it is taken.</summary>
    public async Task OfferReleaseAsync(string email)
    {
        if (await FindAsync(email) is { } user && MayBeFreed(user) && await bound.AllowsAsync(email))
        {
            await mail.SendAsync(new EntityKey(user.OrganisationId, user.Id), MailTokenPurpose.AddressRelease);
        }
    }

    /// <summary>Offers the same, or tells the holder that the account exists. Used if the caller was told nothing.</summary>
    public async Task NotifyHolderAsync(string email)
    {
        if (await FindAsync(email) is { } user && !MayBeFreed(user))
        {
            if (await bound.AllowsAsync(email))
            {
                mailer.Send(AccountLetters.AccountExists(user.Email));
            }
        }
        else
        {
            await OfferReleaseAsync(email);
        }
    }

    // The entity also refuses this for a super admin, because nobody could restore their address.
    private static bool MayBeFreed(UserView user) =>
        !user.EmailVerified && user.Tier != UserTier.SuperAdmin;

    private async Task<UserView?> FindAsync(string email)
    {
        if (await logins.FindAsync(email) is not { } owner)
        {
            return null;
        }

        Caller.Set(owner.OrganisationId);
        return (await grains.Of<IUserGrain>(owner.Key).AskAsync(static grain => grain.GetAsync())).Value;
    }
}
