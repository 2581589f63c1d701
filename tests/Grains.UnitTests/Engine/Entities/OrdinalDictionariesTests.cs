using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Platform.Grains.Engine.Entities;

namespace Platform.Grains.UnitTests.Engine.Entities;

/// <summary>Sorted dictionaries of states, from a snapshot and from the journal.</summary>
public sealed class OrdinalDictionariesTests
{
    private sealed record State(ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, long>> Months);

    [Fact]
    public void A_state_read_from_a_snapshot_sorts_like_one_folded_from_the_journal()
    {
        string[] keys = ["a", "B", "co-op", "coop", "Z", "é"];
        var inner = keys.ToImmutableSortedDictionary(key => key, _ => 1L, StringComparer.Ordinal);
        var months = ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, long>>.Empty
            .WithComparers(StringComparer.Ordinal)
            .Add("x", inner);
        var state = new State(months);
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");

        var read = JsonSerializer.Deserialize<State>(JsonSerializer.SerializeToElement(state, JournalJson.Options), JournalJson.Options)!;

        Assert.Equal(["B", "Z", "a", "co-op", "coop", "é"], read.Months["x"].Keys);
        Assert.Equal(["B", "Y", "Z", "a", "co-op", "coop", "é"], read.Months["x"].Add("Y", 2).Keys);
        Assert.Same(StringComparer.Ordinal, read.Months.KeyComparer);
        Assert.Equal(
            """{"months":{"x":{"B":1,"Z":1,"a":1,"co-op":1,"coop":1,"\u00E9":1}}}""",
            JsonSerializer.Serialize(state, JournalJson.Options));
    }
}
