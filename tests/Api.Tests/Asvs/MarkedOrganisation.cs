namespace Platform.Api.Tests.Asvs;

/// <summary>An organisation with a service account that its owner may see and a sub-user may not. Its tests only read.</summary>
public sealed class MarkedOrganisation(ApiFixture api) : IAsyncLifetime
{
    public Account Owner { get; private set; } = null!;

    public Account User { get; private set; } = null!;

    /// <summary>The id of the service account that only the owner may see.</summary>
    public string AccountId { get; private set; } = "";

    public async Task InitializeAsync()
    {
        Owner = await api.RegisterAsync();
        User = await api.AddUserAsync(Owner);
        AccountId = (await ServiceAccount.CreateAsync(Owner, "metrics:read")).Id;
    }

    public Task DisposeAsync() => Task.CompletedTask;
}
