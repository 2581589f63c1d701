namespace Platform.Api.ServiceAccounts;

/// <summary>Examples of requests and answers, for the API document.</summary>
[Examples]
public static class ServiceAccountExamples
{
    public static readonly object[] All =
    [
        new CreateServiceAccountRequest("Nightly export", ["metrics:read", "wallets:read"], "Copies figures to the warehouse"),
        new UpdateServiceAccountRequest("Hourly export", ["metrics:read"]),
        new AddKeyRequest("warehouse-1", Sample.At.AddDays(90)),
        new AddedKeyResponse(
            Sample.TransactionId, "warehouse-1", "pak_AZMvOnwAcAC...", Sample.At, Sample.At.AddDays(90), null, "pak_AZMvOnwAcAC..."),
        new Page<KeyResponse>(
            [new KeyResponse(Sample.TransactionId, "warehouse-1", "pak_AZMvOnwAcAC...", Sample.At, Sample.At.AddDays(90), null)], null),
    ];
}
