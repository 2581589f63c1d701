namespace Platform.Wallets;

/// <summary>Example views for the OpenAPI document.</summary>
[Examples]
public static class WalletSamples
{
    public static readonly WalletView Wallet = new(
        Sample.WalletId, Sample.UserId, Sample.OrganisationId, null, "USD", Sample.Usd(8750), Sample.Usd(0), Sample.Usd(8750),
        Sample.Usd(0), WalletStatus.Active, 3, Sample.Usd(0), Sample.Usd(0), 2);

    public static readonly WalletTransaction Transaction = new(
        Sample.TransactionId, Sample.WalletId, 2, TransactionType.Charge, Sample.Usd(1250), Sample.Usd(8750), Sample.Usd(8750), "Report",
        "A-1042", Sample.At, Sample.UserId, Sample.OperationId, Sample.Metadata, Sample.Usd(0), Sample.At);

    public static readonly HoldView Hold = new(
        Sample.TransactionId, Sample.WalletId, Sample.Usd(500), Sample.Usd(0), HoldStatus.Open, Sample.At.AddMinutes(15),
        "report-generation");
}
