namespace Platform.Api.Tests.Asvs;

/// <summary>An organisation with something to see, its owner, who may, and a sub-user, who may not. Its tests only read.</summary>
public sealed class MarkedOrganisation(ApiFixture api) : IAsyncLifetime
{
    public Account Owner { get; private set; } = null!;

    public Account User { get; private set; } = null!;

    /// <summary>What the owner sees: the id of a service account.</summary>
    public string AccountId { get; private set; } = "";

    public async Task InitializeAsync()
    {
        Owner = await api.RegisterAsync();
        User = await api.AddUserAsync(Owner);
        AccountId = (await ServiceAccount.CreateAsync(Owner, "metrics:read")).Id;
    }

    public Task DisposeAsync() => Task.CompletedTask;
}
