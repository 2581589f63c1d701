using System.Text.Json.Nodes;
using Platform.Api.Tests.Security;

namespace Platform.Api.Tests.Admin;

/// <summary>A suspended organisation with one entity of every kind, and a service account with all permissions.</summary>
public sealed class SuspendedOrganisation(ApiFixture api) : IAsyncLifetime
{
    public TwoOrganisations All { get; } = new(api);

    public Account Owner => All.Owner;

    public ServiceAccount Machine { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        await All.InitializeAsync();
        var me = (await Owner.GetAsync("/api/v1/auth/me")).Is(200);
        var all = me.Json["permissions"]!.AsArray().Select(permission => permission!.GetValue<string>());
        Machine = await ServiceAccount.CreateAsync(Owner, [.. all]);
        (await SuspendAsync(await api.SuperAdminAsync(), Owner.OrganisationId)).Is(200);
    }

    public Task DisposeAsync() => All.DisposeAsync();

    public static Task<Answer> SuspendAsync(Account admin, string organisation, string reason = "overdue") =>
        admin.PostAsync($"/api/v1/admin/organisations/{organisation}/suspend", new JsonObject { ["reason"] = reason });

    public static Task<Answer> RestoreAsync(Account admin, string organisation) =>
        admin.SendAsync(HttpMethod.Post, $"/api/v1/admin/organisations/{organisation}/restore");
}
