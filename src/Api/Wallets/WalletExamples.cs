using Platform.Wallets;

namespace Platform.Api.Wallets;

/// <summary>Example requests and responses for the OpenAPI document.</summary>
[Examples]
public static class WalletExamples
{
    public static readonly object[] All =
    [
        new OpenWalletRequest("EUR"),
        new DepositRequest(Sample.Usd(10000), "bank-2026-11-21-7", Sample.Metadata),
        new ChargeRequest(Sample.Usd(1250), "Report", "A-1042", Sample.Metadata, "report-generation"),
        new HoldRequest(Sample.Usd(500), 900, "Report", "A-1042", Sample.Metadata, "report-generation"),
        new CaptureRequest(Sample.Usd(350)),
        new RefundRequest(Sample.Usd(100), "Half of it was empty", Sample.Metadata),
        new ReasonRequest("Charged twice"),
        new AdjustRequest(
            Sample.Usd(250), AdjustmentDirection.Credit, "Wrong price in October", "T-118", Sample.At.AddDays(-20), Sample.Metadata),
        new PromoteRequest(Sample.Usd(2000), "Welcome", 10, Sample.At.AddDays(90), Sample.Metadata),
        new LimitsRequest(
            Sample.Usd(5000), Sample.Usd(10000), Sample.Usd(50000), Sample.Usd(500000), [new TypeLimit("report-generation",
            Sample.Usd(2000), null)]),
        new BudgetRequest(Sample.TransactionId, Sample.Usd(5000), Sample.Usd(10000), Sample.Usd(50000), Sample.Usd(500000)),
        new TransferRequest(Sample.WalletId, Sample.TransactionId, Sample.Usd(1250), "Share of the campaign", "A-1042", Sample.Metadata),
        new TransferView(
            Sample.TransactionId, Sample.WalletId, Sample.TransactionId, Sample.Usd(1250), "Share of the campaign", Sample.At,
            WalletSamples.Transaction, WalletSamples.Transaction),
        new TransactionDetail(
            WalletSamples.Transaction, [new PostingView(LedgerAccount.Wallet, LedgerAccount.Revenue, Sample.Usd(1250), null)],
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
        new Statement(
            Sample.WalletId, "USD", Sample.At.AddDays(-30), Sample.At.AddDays(1), Sample.At.AddDays(2), Sample.Usd(10000),
            [
                new StatementEntry(
                    2, Sample.At, Sample.At, Sample.TransactionId, TransactionType.Charge, Sample.Usd(1250), Sample.Usd(-1250),
                    Sample.Usd(8750), "A-1042", "Report", null),
            ],
            Sample.Usd(0), Sample.Usd(1250), Sample.Usd(8750), 1),
        new BalanceAt(
            Sample.WalletId, Sample.At, Sample.At.AddDays(2), Sample.Usd(8750), Sample.Usd(0), Sample.Usd(0), Sample.Usd(8750), 2),
        new ImportReport(
            ImportKind.Deposits, false, 2, 1, 0, 1, [new ImportTotal("USD", 1, Sample.Usd(10000), Sample.Usd(0))],
            [
            new ImportOutcome(1, Sample.WalletId.ToString(), ImportOutcome.Accepted, null, null, Sample.TransactionId),
            new ImportOutcome(2, Sample.UserId.ToString(), ImportOutcome.Refused, "not-found", "There is no such wallet.", null),
            ],
            false, true, ["note"]),
        new Page<WalletTransaction>([WalletSamples.Transaction], "AQx7mK3vT9sVAAAAAAAAAAI"),
    ];
}
