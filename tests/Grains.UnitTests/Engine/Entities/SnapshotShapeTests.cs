using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Platform.Grains.Engine.Entities;

namespace Platform.Grains.UnitTests.Engine.Entities;

public sealed class SnapshotShapeTests
{
    private static readonly int Base = Schema<Plain>();

    [Fact]
    public void Another_member_name_type_or_nullability_gives_another_schema() => Assert.Equal(
        8,
        new[]
        {
            Members<Plain>(), Members<Added>(), Members<Renamed>(), Members<Retyped>(), Members<Nullable>(), Members<OtherElement>(),
            Members<OtherEnum>(), Members<OtherJsonName>(),
        }.Distinct().Count());

    [Fact]
    public void Another_meaning_gives_another_schema() =>
        Assert.NotEqual(Base, SnapshotShape.Of(typeof(Plain), 2).Schema);

    [Fact]
    public void The_order_of_members_does_not_matter_and_a_schema_is_above_those_chosen_by_hand()
    {
        Assert.Equal(Members<Plain>(), Members<Reordered>());
        Assert.True(Base >= 0x4000_0000);
        Assert.Equal(Base, Schema<Plain>());
    }

    /// <summary>To rewrite the file after a change: UPDATE_CONTRACTS=1 dotnet test tests/Grains.UnitTests --filter SnapshotShape.</summary>
    [Fact]
    public void The_shapes_of_all_states_are_the_committed_ones()
    {
        using var services = new ServiceCollection().AddEntityDefinitions().BuildServiceProvider();
        var shapes = string.Join('\n', services.GetServices<IEntityReplay>().OrderBy(definition => definition.Type, StringComparer.Ordinal)
            .Select(definition => $"{definition.Type} {definition.Snapshot.Schema}\n{definition.Snapshot.Text}"));
        if (Environment.GetEnvironmentVariable("UPDATE_CONTRACTS") == "1")
        {
            File.WriteAllText(Committed(), shapes);
        }

        Assert.Equal(File.ReadAllText(Committed()), shapes);
    }

    private static int Schema<T>() => SnapshotShape.Of(typeof(T), 1).Schema;

    private static string Members<T>() =>
        SnapshotShape.Of(typeof(T), 1).Text.Replace(typeof(T).ToString(), "", StringComparison.Ordinal);

    private static string Committed([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "snapshot-shapes.txt");

    private enum Colour
    {
        Red,
        Blue,
    }

    private enum Taste
    {
        Sweet,
    }

    private sealed record Inner(string Name);

    private sealed record Plain(long Amount, string Text, Colour Colour, IReadOnlyList<Inner> Inner);

    private sealed record Reordered(Colour Colour, IReadOnlyList<Inner> Inner, string Text, long Amount);

    private sealed record Added(long Amount, string Text, Colour Colour, IReadOnlyList<Inner> Inner, int More);

    private sealed record Renamed(long Sum, string Text, Colour Colour, IReadOnlyList<Inner> Inner);

    private sealed record Retyped(int Amount, string Text, Colour Colour, IReadOnlyList<Inner> Inner);

    private sealed record Nullable(long Amount, string? Text, Colour Colour, IReadOnlyList<Inner> Inner);

    private sealed record OtherElement(long Amount, string Text, Colour Colour, IReadOnlyList<string> Inner);

    private sealed record OtherEnum(long Amount, string Text, Taste Colour, IReadOnlyList<Inner> Inner);

    private sealed record OtherJsonName(
        long Amount, [property: JsonPropertyName("words")] string Text, Colour Colour, IReadOnlyList<Inner> Inner);
}
