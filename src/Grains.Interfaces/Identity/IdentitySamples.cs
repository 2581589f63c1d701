using Platform.Access;

namespace Platform.Identity;

/// <summary>Examples of the views of this domain, for the API document.</summary>
[Examples]
public static class IdentitySamples
{
    public static readonly UserView User = new(
        Sample.UserId, Sample.OrganisationId, "ada@example.com", "Ada Example", UserTier.Enterprise, Sample.WalletId, Sample.At, 1,
        UserStatus.Active, true, null,
        new UserProfile("en", "en-US", "USD", "Europe/Berlin"), [new Grant("manager")], false);
}
