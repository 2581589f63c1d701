using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Api.Security.Access;
using Platform.Grains.Access;
using Platform.ServiceAccounts;
using Platform.Storage.ServiceAccounts;

namespace Platform.Api.ServiceAccounts;

/// <summary>The service accounts of the caller's organisation. What is taken away is gone with the next request.</summary>
[Routes]
public static class ServiceAccountEndpoints
{
    private const string List = "service-accounts";

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
            .Answers<ServiceAccountView>(201).Refuses(409, 422).Needs("service-accounts:write").NeedsStepUp();
        accounts.MapGet("/{id:guid}", GetAsync).Describe("One service account.").Answers<ServiceAccountView>(200).Refuses(404).Needs("service-accounts:read");
        accounts.MapPatch("/{id:guid}", UpdateAsync).Describe("Changes the fields that are given; permissions are ones that the caller holds.")
            .Answers<ServiceAccountView>(200).Refuses(404, 412).Needs("service-accounts:write").NeedsStepUp();
        accounts.MapPost("/{id:guid}/disable", DisableAsync).Describe("Lets no key of the account admit anybody, at once.")
            .Answers<ServiceAccountView>(200).Refuses(404, 409).Needs("service-accounts:write").NeedsStepUp().Revokes();
        accounts.MapPost("/{id:guid}/enable", EnableAsync).Describe("Lets the keys of a disabled account admit again.")
            .Answers<ServiceAccountView>(200).Refuses(404, 409).Needs("service-accounts:write").NeedsStepUp();
        accounts.MapKeys();
    }

    /// <summary>
    /// The account that the caller is about to change, or the refusal: it does not exist, or has a permission that they lack. Whoever acts
    /// on it could act as it.
    /// </summary>
    internal static async Task<(ServiceAccountView? Account, IResult? Refusal)> FindAsync(Call call, Guid id)
    {
        var standing = await call.Grain<IServiceAccountGrain>(id).AskAsync(static grain => grain.GetAsync());
        return !standing.IsSuccess ? (null, Reply.Refused(standing))
            : Delegation.MayEquip(call.Access.Effective, standing.Value.Permissions) is { } error ? (null, Problems.From(error))
            : (standing.Value, null);
    }

    private static async Task<IResult> CreateAsync(Body<CreateServiceAccountRequest> body, Call call, AccessCache access)
    {
        var operation = call.Operation("service-accounts");
        Refuse.With(Delegation.MayEquip(call.Access.Effective, body.Value.Permissions));

        var id = operation.NewId();
        var command = new CreateServiceAccount(call.Context(operation), body.Value.Name, body.Value.Description, body.Value.Permissions);
        var created = await call.Grain<IServiceAccountGrain>(id).AskAsync(command, static (grain, command) => grain.CreateAsync(command));
        access.Forget(call.Key(id));
        return Reply.Created(created, view => $"/api/v1/service-accounts/{view.Id}", view => view.Version);
    }

    private static async Task<IResult> GetAsync(Guid id, Call call) =>
        Reply.Ok(await call.Grain<IServiceAccountGrain>(id).AskAsync(static grain => grain.GetAsync()), view => view.Version);

    private static async Task<IResult> UpdateAsync(Guid id, Body<UpdateServiceAccountRequest> body, Call call, AccessCache access)
    {
        Refuse.With(Delegation.MayEquip(call.Access.Effective, body.Value.Permissions ?? []));

        var command = new UpdateServiceAccount(
            call.Context("service-accounts", id), body.Value.Name, body.Value.Description, body.Value.Permissions, call.IfMatch());
        return await ChangeAsync(call, id, access, command, static (grain, command) => grain.UpdateAsync(command));
    }

    private static Task<IResult> DisableAsync(Guid id, Call call, AccessCache access)
    {
        var command = new DisableServiceAccount(call.Context("service-accounts/disable", id));
        return ChangeAsync(call, id, access, command, static (grain, command) => grain.DisableAsync(command));
    }

    private static Task<IResult> EnableAsync(Guid id, Call call, AccessCache access)
    {
        var command = new EnableServiceAccount(call.Context("service-accounts/enable", id));
        return ChangeAsync(call, id, access, command, static (grain, command) => grain.EnableAsync(command));
    }

    private static async Task<IResult> ChangeAsync<TCommand>(
        Call call, Guid id, AccessCache access, TCommand command,
        Func<IServiceAccountGrain, TCommand, Task<Result<ServiceAccountView>>> change)
    {
        if ((await FindAsync(call, id)).Refusal is { } refusal)
        {
            return refusal;
        }

        var changed = await call.Grain<IServiceAccountGrain>(id).AskAsync(command, change);
        access.Forget(call.Key(id));
        return Reply.Ok(changed, view => view.Version);
    }

    private static async Task<IResult> ListAsync(Call call, ServiceAccountQueries accounts)
    {
        var query = call.Query("status", "limit", "cursor");
        var status = query.OneOf("status", Statuses);
        var limit = query.Limit();
        query.Check.ThrowIfFailed();
        var after = Paging.InstantAndId(call.Http, List, call.OrganisationId);
        var found = await accounts.ListAsync(call.OrganisationId, after?.Id, status, limit + 1, call.Aborted);
        return Reply.Ok(Paging.Of(found, limit, last => Paging.Cursor(call.Http, List, call.OrganisationId, default, last.Id)));
    }
}
