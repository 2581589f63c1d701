using Platform.Grains.Engine.Journal;

namespace Platform.Grains.UnitTests.Common;

public sealed class KeysAndOperationsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_key_survives_a_round_trip()
    {
        var key = new EntityKey(Guid.CreateVersion7(Now), Guid.CreateVersion7(Now));
        Assert.Equal(key, EntityKey.Parse(key.ToString()));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("020235")]
    [InlineData("o.0192f0c0000070008000000000000001")]
    [InlineData("x.0192f0c0000070008000000000000001/0192f0c0000070008000000000000001")]
    [InlineData("o.0192f0c0000070008000000000000001-0192f0c0000070008000000000000001")]
    [InlineData("o.0192f0c0000070008000000000000001/0192f0c000007000800000000000000g")]
    [InlineData("o.0192f0c0000070008000000000000001/0192f0c0000070008000000000000001 ")]
    public void An_invalid_key_is_not_parsed(string? text) => Assert.False(EntityKey.TryParse(text, out _));

    [Fact]
    public void The_boundary_between_scope_and_key_of_an_operation_matters() =>
        Assert.NotEqual(OperationId.FromKey("a", "bc"), OperationId.FromKey("ab", "c"));

    [Fact]
    public void Ids_derived_from_an_operation_are_stable_and_of_version_7()
    {
        var operation = OperationId.FromKey("scope", "key");
        Assert.Equal(operation.NewId(Now), operation.NewId(Now));
        Assert.NotEqual(operation.NewId(Now), operation.NewId(Now, 1));
        Assert.Equal(7, operation.NewId(Now).Version);
        Assert.NotEqual(operation.Step("charge"), operation.Step("end"));
    }

    [Fact]
    public void Organisations_spread_over_all_partitions()
    {
        var partitions = Enumerable.Range(0, 4_000).Select(_ => JournalPartition.Of(Guid.CreateVersion7(Now))).GroupBy(p => p).ToList();
        Assert.Equal(JournalPartition.Count, partitions.Count);
        Assert.All(partitions, partition => Assert.InRange(partition.Count(), 100, 500));
    }

    [Fact]
    public void Fences_order_by_transaction_before_position()
    {
        Assert.True(new Fence(1, 9) < new Fence(2, 1));
        Assert.True(new Fence(2, 1) < new Fence(2, 2));
        Assert.True(Fence.Start < new Fence(1, 1));
    }
}
