using Platform.Identity;
using Platform.Organisations;

namespace Platform.Api.Admin;

/// <summary>Examples of requests and answers for the OpenAPI document.</summary>
[Examples]
public static class AdminExamples
{
    private static readonly MoneyTotal UsdTotal = new("8750.00", "USD");

    private static readonly OverviewResponse Overview = new(
        Sample.At, "Europe/Berlin",
        new OrganisationCounts(41, 40, 1, new Dictionary<string, long> { ["enterprise"] = 12, ["individual"] = 29 }),
        new UserCounts(
            173, 2, 9, 64,
            new Dictionary<string, long> { ["enterprise"] = 12, ["individual"] = 29, ["sub-user"] = 131, ["super-admin"] = 1 }),
        new WalletCounts(173, new Dictionary<string, long> { ["USD"] = 173 }),
        new MoneyFigures([UsdTotal], [UsdTotal], [UsdTotal], [UsdTotal], []));

    public static readonly object[] All =
    [
        new Page<FoundUser>(
            [new FoundUser(
                Sample.UserId, IdentitySamples.User.Email, IdentitySamples.User.DisplayName, IdentitySamples.User.Tier, UserStatus.Disabled,
                true, true, Sample.OrganisationId, OrganisationSamples.Organisation.Name, Sample.At)],
            null),
        new SuspendOrganisationRequest("Invoices are three months overdue."),
        Overview,
        new RevenueResponse(
            "month", "Europe/Berlin", [new RevenueBucket(Sample.At.AddDays(-20), Sample.At.AddDays(10), true, [UsdTotal])], [UsdTotal]),
        new Page<OrganisationSummary>(
            [new OrganisationSummary(
                Sample.OrganisationId, OrganisationSamples.Organisation.Name, OrganisationSamples.Organisation.Kind,
                OrganisationSamples.Organisation.Status, "USD", Sample.At, 12, 11, 12, [UsdTotal], [UsdTotal])],
            null),
        new OrganisationDetail(OrganisationSamples.Organisation, Overview.Users, Overview.Wallets, Overview.Money),
        new Page<ActivityItem>(
            [new ActivityItem(
                Sample.TransactionId, "wallet.charged", Sample.OrganisationId, OrganisationSamples.Organisation.Name, Sample.WalletId,
                Sample.UserId, Sample.At, Sample.Usd(1250), "Report", "A-1042", null, null)],
            null),
    ];
}
