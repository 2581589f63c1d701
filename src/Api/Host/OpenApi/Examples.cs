using Platform.Access;
using Platform.Activities;
using Platform.Api.Access;
using Platform.Api.Activities;
using Platform.Api.Admin;
using Platform.Api.Dealers;
using Platform.Api.Http;
using Platform.Api.Identity.Ldap;
using Platform.Api.Identity.Mfa;
using Platform.Api.Identity.Oidc;
using Platform.Api.Identity.Sessions;
using Platform.Api.Identity.Users;
using Platform.Api.Ledger;
using Platform.Api.Metrics;
using Platform.Api.Organisations;
using Platform.Api.Security.RateLimits;
using Platform.Api.ServiceAccounts;
using Platform.Api.Wallets;
using Platform.Audit;
using Platform.Dealers;
using Platform.Grains.Access;
using Platform.Grains.Activities;
using Platform.Grains.Ledger;
using Platform.Identity;
using Platform.Metrics;
using Platform.Organisations;
using Platform.ServiceAccounts;
using Platform.Storage.Activities;
using Platform.Wallets;

namespace Platform.Api.Host.OpenApi;

/// <summary>One example of each request and answer, made of the types themselves so that none can grow stale.</summary>
public static class Examples
{
    private static readonly DateTimeOffset At = new(2026, 11, 21, 9, 30, 0, TimeSpan.Zero);
    private static readonly Guid OrganisationId = new("01932f3a-7c00-7000-8000-0000000000a1");
    private static readonly Guid UserId = new("01932f3a-7c00-7000-8000-0000000000b2");
    private static readonly Guid WalletId = new("01932f3a-7c00-7000-8000-0000000000c3");
    private static readonly Guid TransactionId = new("01932f3a-7c00-7000-8000-0000000000d4");
    private static readonly OperationId OperationId = new(new Guid("01932f3a-7c00-7000-8000-0000000000e5"));
    private static readonly Dictionary<string, string> Metadata = new() { ["order"] = "A-1042" };
    private static readonly Tokens Tokens = new("eyJhbGciOiJFUzI1NiIsImtpZCI6Ii4uLiIsInR5cCI6IkpXVCJ9...", 900, "prt_AZMvOnwAcAC...", At.AddDays(7), "Bearer");
    private static readonly OrganisationView Organisation =
        new(OrganisationId, "Example GmbH", OrganisationKind.Enterprise, "USD", "Europe/Berlin", "en-US", OrganisationStatus.Active, At, 1, OwnerId: UserId);
    private static readonly UserView User = new(UserId, OrganisationId, "ada@example.com", "Ada Example", UserTier.Enterprise, WalletId, At, 1, UserStatus.Active, true, null,
        new UserProfile("en", "en-US", "USD", "Europe/Berlin"), [new Grant("manager")], false);
    private static readonly ServiceAccountView ServiceAccount = new(
        TransactionId, "Nightly export", "Copies figures to the warehouse", ["metrics:read", "wallets:read"], ServiceAccountStatus.Active, At, UserId, 1);
    private static readonly WalletView Wallet =
        new(WalletId, UserId, OrganisationId, null, "USD", Usd(8750), Usd(0), Usd(8750), Usd(0), WalletStatus.Active, 3, Usd(0), Usd(0), 2);
    private static readonly WalletTransaction Transaction = new(
        TransactionId, WalletId, 2, TransactionType.Charge, Usd(1250), Usd(8750), Usd(8750), "Report", "A-1042", At, UserId, OperationId, Metadata, Usd(0), At);
    private static readonly HoldView Hold = new(TransactionId, WalletId, Usd(500), Usd(0), HoldStatus.Open, At.AddMinutes(15), "report-generation");
    private static readonly ActivityTypeView ActivityType = new("report-generation", "Report generation", [Each(100)], true, 3, At, [new PriceTier(100, Each(150))], 10);
    private static readonly PriceVersion PriceVersion = new(3, At, "Report generation", [Each(100)], [new PriceTier(100, Each(150))], 10, UserId, At);
    private static readonly ActivityStat ActivityStat = new("report-generation", null, null, 12, 15, [Usd(1500)]);
    private static readonly ActivityView Activity = new(
        TransactionId, "report-generation", 1, Each(100), Usd(100), UserId, WalletId, TransactionId, ActivityStatus.Completed, "Q3 report", At, Metadata, 2, 3, 100, "2026-11", "Europe/Berlin", At,
        [new PriceLine(PriceLineKind.Unit, 101, 1, Each(100), Usd(100))]);

    private static readonly Reason Own = new(ReasonKind.Own, "sub-user", null, null, "The tier sub-user gives it on what is the user's own.");
    private static readonly RoleView Role = new("cashier", "Cashier", ["wallets:read", "wallets:charge"], RoleKind.Custom, 1);
    private static readonly DealerView Dealer = new(UserId, OrganisationId, "Berlin", "DE-BER", DealerStatus.Active, 2);
    private static readonly AuditItem AuditItem = new(
        TransactionId, At, UserId, ActorKind.User, "organisation.updated", AuditOutcome.Accepted, null, "organisation", OrganisationId, "203.0.113.7",
        "Mozilla/5.0", "4bf92f3577b34da6a3ce929d0e0e4736", new Dictionary<string, string> { ["name"] = "Example AG", ["name.was"] = "Example GmbH" });

    private static readonly MoneyTotal UsdTotal = new("8750.00", "USD");
    private static readonly OverviewResponse Overview = new(
        At, "Europe/Berlin", new OrganisationCounts(41, 40, 1, new Dictionary<string, long> { ["enterprise"] = 12, ["individual"] = 29 }),
        new UserCounts(173, 2, 9, 64, new Dictionary<string, long> { ["enterprise"] = 12, ["individual"] = 29, ["sub-user"] = 131, ["super-admin"] = 1 }),
        new WalletCounts(173, new Dictionary<string, long> { ["USD"] = 173 }), new MoneyFigures([UsdTotal], [UsdTotal], [UsdTotal], [UsdTotal], []));
    private const string Hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    private static readonly LeafView Leaf = new(WalletId, 2, Hash, 8750);
    private static readonly CheckpointView LedgerCheckpoint = new(
        TransactionId, 17, new DateOnly(2026, 11, 20), At, false, 2, Hash, 1042, Hash, Hash, "mXw3dQ0cY1p8Jb6vQm0uWg", "eyJhbGciOiJFUzI1NiIsImtpZCI6Ii4uLiJ9.eyJmb3JtYXQi...");
    private static readonly LedgerAlertView LedgerAlert = new(
        TransactionId, At, FaultKind.Hash, WalletId, 2, "its hash does not follow from what it says and from the hash before", true);

    private static readonly Dictionary<Type, object> ByType = new object[]
    {
        new RegisterRequest("ada@example.com", "correct horse battery", "Ada Example", AccountType.Enterprise, "Example GmbH", "USD", "Europe/Berlin", "en-US"),
        new LoginRequest("correct horse battery", "ada@example.com"),
        new TicketRequest("hV3k0n1x9Jw..."),
        new LinkResponse("https://accounts.google.com/o/oauth2/v2/auth?response_type=code&..."),
        new LdapLinkRequest("ada", "correct horse battery"),
        new Page<ExternalIdentityView>([new ExternalIdentityView(TransactionId, "google", "https://accounts.google.com", "11769150176", "ada@example.com", At)], null),
        new RegisterResponse(User, Organisation, Wallet, Tokens),
        new ConcealedResponse(),
        new LoginResponse(Tokens),
        new SignInResponse(Tokens),
        new LoginMfaRequest("pmf_AZMvOnwAcAC...", "492039"),
        new TotpResponse("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "otpauth://totp/platform:ada%40example.com?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=platform&algorithm=SHA1&digits=6&period=30"),
        new ConfirmTotpRequest("492039"),
        new RecoveryCodesResponse(["MFRGG-ZDFMZ-TWQ2L-KMFRG-GZDFM-Y"]),
        new MfaResponse(true, 10),
        new StepUpRequest("correct horse battery", "492039"),
        new StepUpResponse("eyJhbGciOiJFUzI1NiIsImtpZCI6Ii4uLiIsInR5cCI6IkpXVCJ9...", 900, "Bearer"),
        new RefreshRequest("prt_AZMvOnwAcAC..."),
        new ChangePasswordRequest("correct horse battery", "a better one for today"),
        new ForgotPasswordRequest("ada@example.com"),
        new ResetPasswordRequest("pmt_AZMvOnwAcAC...", "a better one for today"),
        new AcceptInvitationRequest("pmt_AZMvOnwAcAC...", "correct horse battery", "Ben Example"),
        new VerifyEmailRequest("pmt_AZMvOnwAcAC..."),
        new FreeEmailRequest("pmt_AZMvOnwAcAC..."),
        new ChangeEmailRequest("ada@example.org", "correct horse battery"),
        new CreateUserRequest("ben@example.com", "Ben Example", null, [new Grant("analyst")], "de", "de-DE"),
        new UpdateUserRequest("Ben B. Example"),
        new DisableUserRequest("left the company"),
        new SetRolesRequest([new Grant("analyst"), new Grant("manager", TransactionId)]),
        new RolesResponse([new Grant("analyst"), new Grant("manager", TransactionId)]),
        new AddDealerRequest(TransactionId, "manager"),
        new UserDealersResponse([new UserDealer(TransactionId, "North / Berlin", true, ["manager"])], null),
        new PermissionsResponse([new HeldPermission("wallets:read", ScopeKind.Own, [], [Own])], null),
        new CheckAccessRequest(UserId, "wallets:read", $"user:{UserId}"),
        new AccessAnswer(true, [Own]),
        new MeResponse(User, Organisation, ["enterprise"], BuiltInRoles.Of(UserTier.Enterprise).Permissions),
        new CreateRoleRequest("cashier", "Cashier", ["wallets:read", "wallets:charge"]),
        new UpdateRoleRequest("Cashier", ["wallets:read", "wallets:charge"]),
        Role,
        new RoleList([Role], null),
        new PermissionList([PermissionCatalogue.All[0]], null),
        new AccessSetUp(["sales", "finance", "support", "compliance"], ["auditor"], []),
        new CreateDealerRequest("Berlin", "DE-BER", OrganisationId),
        new UpdateDealerRequest("Berlin", "DE-BER"),
        new MoveDealerRequest(OrganisationId),
        Dealer,
        new DealerDetails(Dealer.Id, Dealer.ParentId, Dealer.Name, Dealer.Code, Dealer.Status, true, [new DealerStep(OrganisationId, "North"), new DealerStep(Dealer.Id, Dealer.Name)], 2),
        new Page<DealerView>([Dealer], null),
        new CreateServiceAccountRequest("Nightly export", ["metrics:read", "wallets:read"], "Copies figures to the warehouse"),
        new UpdateServiceAccountRequest("Hourly export", ["metrics:read"]),
        ServiceAccount,
        new Page<ServiceAccountView>([ServiceAccount], null),
        new AddKeyRequest("warehouse-1", At.AddDays(90)),
        new AddedKeyResponse(TransactionId, "warehouse-1", "pak_AZMvOnwAcAC...", At, At.AddDays(90), null, "pak_AZMvOnwAcAC..."),
        new Page<KeyResponse>([new KeyResponse(TransactionId, "warehouse-1", "pak_AZMvOnwAcAC...", At, At.AddDays(90), null)], null),
        new UpdateOrganisationRequest("Example AG", "Europe/Zurich", "de-CH", false, false),
        new OpenWalletRequest("EUR"),
        new DepositRequest(Usd(10000), "bank-2026-11-21-7", Metadata),
        new ChargeRequest(Usd(1250), "Report", "A-1042", Metadata, "report-generation"),
        new HoldRequest(Usd(500), 900, "Report", "A-1042", Metadata, "report-generation"),
        new CaptureRequest(Usd(350)),
        new RefundRequest(Usd(100), "Half of it was empty", Metadata),
        new ReasonRequest("Charged twice"),
        new AdjustRequest(Usd(250), AdjustmentDirection.Credit, "Wrong price in October", "T-118", At.AddDays(-20), Metadata),
        new PromoteRequest(Usd(2000), "Welcome", 10, At.AddDays(90), Metadata),
        new LimitsRequest(Usd(5000), Usd(10000), Usd(50000), Usd(500000), [new TypeLimit("report-generation", Usd(2000), null)]),
        new BudgetRequest(TransactionId, Usd(5000), Usd(10000), Usd(50000), Usd(500000)),
        new TransferRequest(WalletId, TransactionId, Usd(1250), "Share of the campaign", "A-1042", Metadata),
        new TransferView(TransactionId, WalletId, TransactionId, Usd(1250), "Share of the campaign", At, Transaction, Transaction),
        new TransactionDetail(
            Transaction, [new PostingView(LedgerAccount.Wallet, LedgerAccount.Revenue, Usd(1250), null)], "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
        new Statement(
            WalletId, "USD", At.AddDays(-30), At.AddDays(1), At.AddDays(2), Usd(10000),
            [new StatementEntry(2, At, At, TransactionId, TransactionType.Charge, Usd(1250), Usd(-1250), Usd(8750), "A-1042", "Report", null)], Usd(0), Usd(1250), Usd(8750), 1),
        new BalanceAt(WalletId, At, At.AddDays(2), Usd(8750), Usd(0), Usd(0), Usd(8750), 2),
        new ImportReport(
            ImportKind.Deposits, false, 2, 1, 0, 1, [new ImportTotal("USD", 1, Usd(10000), Usd(0))],
            [
                new ImportOutcome(1, WalletId.ToString(), ImportOutcome.Accepted, null, null, TransactionId),
                new ImportOutcome(2, UserId.ToString(), ImportOutcome.Refused, "not-found", "There is no such wallet.", null),
            ],
            false, true, ["note"]),
        new WalletProof(WalletId, 2, Hash, LedgerCheckpoint, Leaf, 0, [Hash], "The leaf is 64 bytes..."),
        LedgerCheckpoint,
        new Page<CheckpointView>([LedgerCheckpoint], null),
        new CheckpointDetail(LedgerCheckpoint, [Leaf]),
        new LedgerKeySet([new LedgerKeyView("EC", "P-256", "sig", "ES256", "mXw3dQ0cY1p8Jb6vQm0uWg", "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0")]),
        new Page<LedgerAlertView>([LedgerAlert], null),
        new CheckLedgerRequest(WalletId),
        new LedgerCheckResult(1, 2, 0, [LedgerAlert]),
        Hold,
        new Page<HoldView>([Hold], null),
        Organisation, User, Wallet, Transaction,
        new Page<WalletView>([Wallet], null),
        new Page<WalletTransaction>([Transaction], "AQx7mK3vT9sVAAAAAAAAAAI"),
        new SetActivityTypeRequest("Report generation", [Each(100)], At.AddDays(10), [new PriceTier(100, Each(150))], 10),
        new AuthoriseActivityRequest("report-generation", 1, "Q3 report", 120, Metadata),
        new CompleteActivityRequest(1),
        new UsageReportRequest(At.AddDays(-30), At, ReportFormat.Json),
        new UsageReport(UserId, At.AddDays(-30), At, [new ActivityUse(TransactionId, At, "report-generation", 1, Usd(100), 3, "Q3 report")], [Usd(100)]),
        new PriceVersionList([PriceVersion], null),
        new ActivityStats(At.AddDays(-20), At, "Europe/Berlin", "type", [ActivityStat], ActivityStat with { Key = null }, false),
        new ReRateRequest(At.AddDays(-30), At),
        new ReRateReport(At.AddDays(-30), At, 12, 0, [Usd(1500)], [Usd(1450)], 1, [new RatingMismatch(TransactionId, "report-generation", 3, Usd(150), Usd(100), RatingFault.Place)]),
        ActivityType,
        new ActivityTypeList([ActivityType], null),
        new PerformActivityRequest("report-generation", 1, "Q3 report", Metadata),
        Activity,
        new Page<ActivityView>([Activity], null),
        new Page<AuditItem>([AuditItem], "AQx7mK3vT9sVAAAAAAAAAAI"),
        new MetricCatalogue([new MetricEntry("revenue", ["currency"], At, At)], null),
        new HandOverRequest(UserId),
        new Page<FoundUser>(
            [new FoundUser(UserId, User.Email, User.DisplayName, User.Tier, UserStatus.Disabled, true, true, OrganisationId, Organisation.Name, At)], null),
        new SuspendOrganisationRequest("Invoices are three months overdue."),
        Overview,
        new RevenueResponse("month", "Europe/Berlin", [new RevenueBucket(At.AddDays(-20), At.AddDays(10), true, [UsdTotal])], [UsdTotal]),
        new Page<OrganisationSummary>(
            [new OrganisationSummary(OrganisationId, Organisation.Name, Organisation.Kind, Organisation.Status, "USD", At, 12, 11, 12, [UsdTotal], [UsdTotal])], null),
        new OrganisationDetail(Organisation, Overview.Users, Overview.Wallets, Overview.Money),
        new Page<ActivityItem>(
            [new ActivityItem(TransactionId, "wallet.charged", OrganisationId, Organisation.Name, WalletId, UserId, At, Usd(1250), "Report", "A-1042", null, null)], null),
        new MetricSeries("revenue", [new BucketValue(At, At.AddHours(1), 12.50m, true)], At.AddMinutes(3), "Europe/Berlin"),
    }.ToDictionary(example => example.GetType());

    public static object? Of(Type type) => ByType.GetValueOrDefault(type);

    public static ProblemShape ProblemOf(int status)
    {
        var (code, title, detail) = status switch
        {
            400 => ("invalid-amount", "The request is malformed or invalid", "The amount is more than 0 and at most 10000000000000.00 USD."),
            401 => ("unauthenticated", "Not signed in", "A valid bearer token is required."),
            403 => ("forbidden", "Not allowed", "The permission for this is missing."),
            404 => ("not-found", "Not found", "There is no such wallet."),
            409 => ("insufficient-funds", "Conflict with the current state", "The charge is more than the available 87.50 USD."),
            412 => ("version-mismatch", "The entity has changed", "The entity has changed since that version."),
            413 => ("body-too-large", "The request is too large", "A body has at most 1 MiB."),
            415 => ("unsupported-media-type", "The media type is not supported", "The body is application/json in UTF-8."),
            422 => ("idempotency-key-reused", "The idempotency key was used for another request", "This idempotency key was used for another request."),
            429 => (RateLimiting.Code, "Too many requests", "The quota of 100 requests is used up; the next may be sent in 22 s."),
            503 => ("store-unavailable", "Not available now", "The store does not answer; send the same request again shortly."),
            _ => ("request-refused", "The request cannot be served", "The request is refused."),
        };
        return new ProblemShape(
            status == 429 ? RateLimiting.QuotaExceeded : $"urn:problem:{code}", title, status, detail, code, "4bf92f3577b34da6a3ce929d0e0e4736",
            status switch
            {
                400 => [new FieldError("/amount/amount", code, detail)],
                422 => [new FieldError("/amount", "idempotency-mismatch", CommonErrors.Differs)],
                _ => null,
            });
    }

    private static Money Usd(long cents) => new(cents, Currency.Parse("USD"));

    private static UnitPrice Each(long cents) => new(cents, Currency.Parse("USD"));
}
