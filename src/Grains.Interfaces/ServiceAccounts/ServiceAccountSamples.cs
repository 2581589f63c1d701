namespace Platform.ServiceAccounts;

/// <summary>Examples of the views of this domain, for the API document.</summary>
[Examples]
public static class ServiceAccountSamples
{
    public static readonly ServiceAccountView ServiceAccount = new(
        Sample.TransactionId, "Nightly export", "Copies figures to the warehouse", ["metrics:read", "wallets:read"], ServiceAccountStatus.Active, Sample.At, Sample.UserId, 1);
}
