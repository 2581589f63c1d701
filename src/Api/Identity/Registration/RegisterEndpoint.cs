using Platform.Api.Http;
using Platform.Api.Identity.Sessions;
using Platform.Api.Security;
using Platform.Identity;
using Platform.Organisations;

namespace Platform.Api.Identity.Registration;

/// <summary>Registers an organisation with its first user and a wallet.</summary>
public static class RegisterEndpoint
{
    public static void MapRegister(this RouteGroupBuilder auth) =>
        auth.MapPost("/register", RegisterAsync)
            .Describe(
                "Opens an account: organisation, first user and wallet. " +
                "If accounts are concealed, the response is 202 for every address, and a letter tells the outcome.")
            .Answers<RegisterResponse>(201).Answers<ConcealedResponse>(202).Refuses(409, 422).AllowAnonymous();

    private static Task<IResult> RegisterAsync(Body<RegisterRequest> body, HttpContext http, AccountOpening opening, TimeProvider time)
    {
        var operation = Operation.Of(IdempotencyKey.Of(http, required: false), Caller.Platform, "register", Guid.Empty, time.GetUtcNow());
        return opening.OpenAsync(http, AccountOf(body.Value, operation, RequestOrigin.Of(http)), body.Value.Password);
    }

    private static NewAccount AccountOf(RegisterRequest request, Operation operation, Origin origin)
    {
        var individual = request.AccountType == AccountType.Individual;
        var user = new EntityKey(operation.NewId(1), operation.NewId(2));
        return new NewAccount(
            new NewUser(
                operation.Id, user, user.Id, operation.NewId(3), request.Email, request.Password, request.DisplayName,
                individual ? UserTier.Individual : UserTier.Enterprise, request.Currency ?? "USD") { Origin = origin },
            individual ? OrganisationKind.Individual : OrganisationKind.Enterprise,
            request.OrganisationName ?? request.DisplayName, request.TimeZone ?? "UTC", request.Locale ?? "en-US");
    }
}
