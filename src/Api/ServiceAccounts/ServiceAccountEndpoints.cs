using Platform.Api.Http;
using Platform.Api.Identity.Registration;
using Platform.Api.Identity.Sessions;
using Platform.Api.Security;
using Platform.Api.Security.Access;
using Platform.Grains.Access;
using Platform.ServiceAccounts;
using Platform.Storage.ServiceAccounts;

namespace Platform.Api.ServiceAccounts;

/// <summary>The service accounts of the caller's organisation. What is taken away is gone with the next request.</summary>
public static class ServiceAccountEndpoints
{
    private const string Accounts = "service-accounts";

    private static readonly Dictionary<string, ServiceAccountStatus> Statuses = new(StringComparer.Ordinal)
    {
        ["active"] = ServiceAccountStatus.Active,
        ["disabled"] = ServiceAccountStatus.Disabled,
    };

    public static void MapServiceAccounts(this RouteGroupBuilder api)
    {
        var accounts = api.MapGroup("/service-accounts").WithTags("Service accounts");
        accounts.MapGet("", ListAsync).Describe("Service accounts in the order of their ids.").Takes("status", "active or disabled.").Pages()
            .Answers<Page<ServiceAccountView>>(200).Needs("service-accounts:read");
        accounts.MapPost("", CreateAsync).Describe("Adds a service account with permissions that the caller holds.")
            .Answers<ServiceAccountView>(201).Refuses(403, 409, 422).Needs("service-accounts:write").NeedsStepUp();
        accounts.MapGet("/{id:guid}", GetAsync).Describe("One service account.").Answers<ServiceAccountView>(200).Refuses(404).Needs("service-accounts:read");
        accounts.MapPatch("/{id:guid}", UpdateAsync).Describe("Changes the fields that are given; permissions are ones that the caller holds.")
            .Answers<ServiceAccountView>(200).Refuses(403, 404, 412).Needs("service-accounts:write").NeedsStepUp();
        accounts.MapPost("/{id:guid}/disable", DisableAsync).Describe("Lets no key of the account admit anybody, at once.")
            .Answers<ServiceAccountView>(200).Refuses(403, 404, 409).Needs("service-accounts:write").NeedsStepUp().Revokes();
        accounts.MapPost("/{id:guid}/enable", EnableAsync).Describe("Lets the keys of a disabled account admit again.")
            .Answers<ServiceAccountView>(200).Refuses(403, 404, 409).Needs("service-accounts:write").NeedsStepUp();
        accounts.MapKeys();
    }

    /// <summary>
    /// The account that the caller is about to change, or the refusal: it does not exist, or has a permission that they lack. Whoever acts
    /// on it could act as it.
    /// </summary>
    internal static async Task<(ServiceAccountView? Account, IResult? Refusal)> FindAsync(HttpContext http, Guid id, EntityGrains grains)
    {
        var caller = SignedIn.Of(http);
        var standing = await grains.Of<IServiceAccountGrain>(caller.OrganisationId, id).AskAsync(static grain => grain.GetAsync());
        return !standing.IsSuccess ? (null, Reply.Refused(standing))
            : Delegation.MayEquip(AccessView.Of(http).Effective, standing.Value.Permissions) is { } error ? (null, Problems.From(error))
            : (standing.Value, null);
    }

    /// <summary>Who the caller is, where it is a service account.</summary>
    public static async Task<IResult> MeAsync(SignedIn caller, EntityGrains grains)
    {
        var account = await grains.Of<IServiceAccountGrain>(caller.OrganisationId, caller.UserId).AskAsync(static grain => grain.GetAsync());
        var organisation = await grains.Of<IOrganisationGrain>(EntityKey.Of(caller.OrganisationId)).AskAsync(static grain => grain.GetAsync());
        return !account.IsSuccess ? Reply.Refused(account)
            : !organisation.IsSuccess ? Reply.Refused(organisation)
            : Reply.Ok(new MeResponse(null, organisation.Value, ["service-account"], account.Value.Permissions, account.Value));
    }

    private static async Task<IResult> CreateAsync(
        Body<CreateServiceAccountRequest> body, HttpContext http, EntityGrains grains, AccessCache access, TimeProvider time)
    {
        var caller = SignedIn.Of(http);
        var operation = Operation.Of(http, caller.OrganisationId, Accounts, Guid.Empty, time, required: false);
        Refuse.With(Delegation.MayEquip(AccessView.Of(http).Effective, body.Value.Permissions));

        var id = operation.NewId();
        var command = new CreateServiceAccount(
            new CommandContext(caller.OrganisationId, caller.UserId, operation.Id, RequestOrigin.Of(http)), body.Value.Name, body.Value.Description, body.Value.Permissions);
        var created = await grains.Of<IServiceAccountGrain>(caller.OrganisationId, id).AskAsync(command, static (grain, command) => grain.CreateAsync(command));
        access.Forget(new EntityKey(caller.OrganisationId, id));
        return Reply.Created(created, view => $"/api/v1/service-accounts/{view.Id}", view => view.Version);
    }

    private static async Task<IResult> GetAsync(Guid id, HttpContext http, EntityGrains grains)
    {
        var caller = SignedIn.Of(http);
        return Reply.Ok(
            await grains.Of<IServiceAccountGrain>(caller.OrganisationId, id).AskAsync(static grain => grain.GetAsync()), view => view.Version);
    }

    private static async Task<IResult> UpdateAsync(
        Guid id, Body<UpdateServiceAccountRequest> body, HttpContext http, EntityGrains grains, AccessCache access, TimeProvider time)
    {
        var caller = SignedIn.Of(http);
        Refuse.With(Delegation.MayEquip(AccessView.Of(http).Effective, body.Value.Permissions ?? []));

        var command = new UpdateServiceAccount(
            Operation.Context(http, caller, Accounts, id, time, required: false), body.Value.Name, body.Value.Description, body.Value.Permissions,
            Etags.IfMatch(http));
        return await ChangeAsync(http, id, grains, access, command, static (grain, command) => grain.UpdateAsync(command));
    }

    private static Task<IResult> DisableAsync(Guid id, HttpContext http, EntityGrains grains, AccessCache access, TimeProvider time)
    {
        var caller = SignedIn.Of(http);
        var command = new DisableServiceAccount(Operation.Context(http, caller, "service-accounts/disable", id, time, required: false));
        return ChangeAsync(http, id, grains, access, command, static (grain, command) => grain.DisableAsync(command));
    }

    private static Task<IResult> EnableAsync(Guid id, HttpContext http, EntityGrains grains, AccessCache access, TimeProvider time)
    {
        var caller = SignedIn.Of(http);
        var command = new EnableServiceAccount(Operation.Context(http, caller, "service-accounts/enable", id, time, required: false));
        return ChangeAsync(http, id, grains, access, command, static (grain, command) => grain.EnableAsync(command));
    }

    private static async Task<IResult> ChangeAsync<TCommand>(
        HttpContext http, Guid id, EntityGrains grains, AccessCache access, TCommand command,
        Func<IServiceAccountGrain, TCommand, Task<Result<ServiceAccountView>>> call)
    {
        if ((await FindAsync(http, id, grains)).Refusal is { } refusal)
        {
            return refusal;
        }

        var caller = SignedIn.Of(http);
        var changed = await grains.Of<IServiceAccountGrain>(caller.OrganisationId, id).AskAsync(command, call);
        access.Forget(new EntityKey(caller.OrganisationId, id));
        return Reply.Ok(changed, view => view.Version);
    }

    private static async Task<IResult> ListAsync(HttpContext http, ServiceAccountQueries accounts)
    {
        var caller = SignedIn.Of(http);
        var query = new Query(http, "status", "limit", "cursor");
        var status = query.OneOf("status", Statuses);
        var limit = query.Limit();
        query.Check.ThrowIfFailed();
        var after = Paging.InstantAndId(http, Accounts, caller.OrganisationId);
        var found = await accounts.ListAsync(caller.OrganisationId, after?.Id, status, limit + 1, http.RequestAborted);
        return Reply.Ok(Paging.Of(found, limit, last => Paging.Cursor(http, Accounts, caller.OrganisationId, default, last.Id)));
    }
}
