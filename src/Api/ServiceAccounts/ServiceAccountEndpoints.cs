using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Api.Security.Access;
using Platform.Grains.Access;
using Platform.ServiceAccounts;
using Platform.Storage.ServiceAccounts;

namespace Platform.Api.ServiceAccounts;

/// <summary>The service accounts of the caller's organisation. Changes apply from the next request on.</summary>
[Routes]
public static class ServiceAccountEndpoints
{
    private static readonly Dictionary<string, ServiceAccountStatus> Statuses = new(StringComparer.Ordinal)
    {
        ["active"] = ServiceAccountStatus.Active,
        ["disabled"] = ServiceAccountStatus.Disabled,
    };

    public static void MapServiceAccounts(this RouteGroupBuilder api)
    {
        var accounts = api.MapGroup("/service-accounts").WithTags("Service accounts");
        accounts.MapGet("", ListAsync).Describe("Lists service accounts by id.").Takes("status", "active or disabled.").Pages()
            .Answers<Page<ServiceAccountView>>(200).Needs("service-accounts:read");
        accounts.MapPost("", CreateAsync).Describe("Creates a service account. The caller must hold its permissions.")
            .Answers<ServiceAccountView>(201).Refuses(409, 422).Needs("service-accounts:write").NeedsStepUp();
        accounts.MapGet("/{id:guid}", GetAsync).Describe("Returns a service account.")
            .Answers<ServiceAccountView>(200).Refuses(404).Needs("service-accounts:read");
        accounts.MapPatch("/{id:guid}", UpdateAsync).Describe("Changes the given fields. The caller must hold the permissions.")
            .Answers<ServiceAccountView>(200).Refuses(404, 412).Needs("service-accounts:write").NeedsStepUp();
        accounts.MapPost("/{id:guid}/disable", DisableAsync).Describe("Disables a service account. Its keys are rejected at once.")
            .Answers<ServiceAccountView>(200).Refuses(404, 409, 422).Needs("service-accounts:write").NeedsStepUp().Revokes();
        accounts.MapPost("/{id:guid}/enable", EnableAsync).Describe("Enables a disabled service account. Its keys work again.")
            .Answers<ServiceAccountView>(200).Refuses(404, 409, 422).Needs("service-accounts:write").NeedsStepUp();
        accounts.MapKeys();
    }

    /// <summary>
    /// The account that the caller wants to change, or a refusal if it does not exist or has a permission that the caller lacks:
    /// whoever controls an account can act as it.
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
        var query = call.PagedQuery("status");
        var status = query.OneOf("status", Statuses);
        return Reply.Ok(await query.PageAsync(
            "service-accounts", call.OrganisationId,
            (after, rows) => accounts.ListAsync(call.OrganisationId, after, status, rows, call.Aborted), last => last.Id));
    }
}
