using Platform.Grains.Wallets;

namespace Platform.Grains.UnitTests.Wallets;

public sealed class WalletRehearsalTests
{
    // Index entries of rolled back rows stay until a vacuum. After the last organisation they made each charge write 5 % more WAL.
    [Fact]
    public void The_organisation_of_the_rehearsal_sorts_before_every_other()
    {
        Guid[] others =
            [Caller.Platform,
            .. Enumerable.Range(0, 1000).Select(key => OperationId.FromKey("organisation", $"{key}").NewId(DateTimeOffset.UnixEpoch))];
        Assert.All(WalletRehearsal.Appends(TimeProvider.System), append =>
        {
            Assert.Equal(WalletRehearsal.Organisation, append.Key.OrganisationId);
            Assert.All(others, other => Assert.True(append.Key.OrganisationId.CompareTo(other) < 0));
        });
    }
}
