using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Platform.Dealers;
using Platform.Grains.Dealers;
using Platform.Grains.Engine.Entities;
using Platform.Grains.UnitTests.Common;

namespace Platform.Grains.UnitTests.Dealers;

public sealed class DealerDecisionsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 8, 0, 0, TimeSpan.Zero);
    private static int operations;

    [Fact]
    public void A_dealer_is_never_below_itself()
    {
        var (state, top) = Created(DealersState.Empty, "top");
        (state, var middle) = Created(state, "middle", top);
        (state, var bottom) = Created(state, "bottom", middle);
        Assert.Equal("dealer-cycle", Move(state, top, top).Error?.Code);
        Assert.Equal("dealer-cycle", Move(state, top, bottom).Error?.Code);
        Assert.Equal("dealer-cycle", Move(state, middle, bottom).Error?.Code);
        Assert.Null(Move(state, bottom, top).Error);
        Assert.Null(Move(state, middle, null).Error);
    }

    [Fact]
    public void A_tree_has_32_levels_whether_created_or_moved()
    {
        var state = DealersState.Empty;
        Guid? parent = null;
        for (var level = 1; level <= 32; level++)
        {
            (state, var id) = Created(state, $"level {level}", parent);
            parent = id;
        }

        Assert.Equal(
            "dealer-too-deep", DealerDecisions.Create(state, new CreateDealer(default, "level 33", null, parent), Context()).Error?.Code);
        (state, var other) = Created(state, "other");
        (state, _) = Created(state, "below other", other);
        var level30 = state.Dealers.Values.Single(dealer => dealer.Name == "level 30").Id;
        var level31 = state.Dealers.Values.Single(dealer => dealer.Name == "level 31").Id;
        Assert.Null(Move(state, other, level30).Error);
        Assert.Equal("dealer-too-deep", Move(state, other, level31).Error?.Code);
    }

    [Theory]
    [InlineData("", null, "invalid-name")]
    [InlineData(" ", null, "invalid-name")]
    [InlineData("line\nbreak", null, "invalid-name")]
    [InlineData("North", "", "invalid-code")]
    [InlineData("North", "a b", "invalid-code")]
    [InlineData("North", "-a", "invalid-code")]
    [InlineData("North", "a\n", "invalid-code")]
    [InlineData("North", "d\u00e9", "invalid-code")]
    [InlineData("North", "DE-042.x_1", null)]
    [InlineData("N\u00f6rd \ud83c\uddea\ud83c\uddfa", "7", null)]
    public void Names_and_codes_are_checked(string name, string? code, string? refusal) =>
        Assert.Equal(
            refusal, DealerDecisions.Create(DealersState.Empty, new CreateDealer(default, name, code, null), Context()).Error?.Code);

    [Fact]
    public void A_code_is_one_dealers_in_any_case_until_it_is_given_up()
    {
        var (state, first) = Created(DealersState.Empty, "first", code: "DE-1");
        Assert.Equal(
            "dealer-code-taken", DealerDecisions.Create(state, new CreateDealer(default, "second", "de-1", null), Context()).Error?.Code);
        (state, var second) = Created(state, "second", code: "DE-2");
        Assert.Equal(
            "dealer-code-taken",
            DealerDecisions.Update(state, new UpdateDealer(default, second, null, "DE-1", null), Context()).Error?.Code);
        state = Fold(state, DealerDecisions.Update(state, new UpdateDealer(default, first, null, "DE-3", null), Context()));
        Assert.Null(DealerDecisions.Update(state, new UpdateDealer(default, second, null, "DE-1", null), Context()).Error);
        Assert.Null(DealerDecisions.Update(state, new UpdateDealer(default, first, "renamed", "de-3", null), Context()).Error);
    }

    [Fact]
    public void What_changes_nothing_is_no_event()
    {
        var (state, id) = Created(DealersState.Empty, "one");
        Assert.Empty(Move(state, id, null).Events);
        Assert.Empty(DealerDecisions.SetStatus(state, new SetDealerStatus(default, id, DealerStatus.Active), Context()).Events);
        Assert.Empty(DealerDecisions.Update(state, new UpdateDealer(default, id, "one", null, null), Context()).Events);
        Assert.Equal(
            state.Find(id)!.ToView(), Move(state, id, null).Accept(
                new DealersDefinition(), state, Context(), DealersDefinition.View(id)).Reply);
    }

    [Fact]
    public void A_change_of_an_older_version_of_the_dealer_is_refused_and_other_dealers_do_not_count()
    {
        var (state, id) = Created(DealersState.Empty, "one");
        var version = state.Find(id)!.Version;
        (state, _) = Created(state, "another");
        state = Fold(state, DealerDecisions.Update(state, new UpdateDealer(default, id, "renamed", null, version), Context()));
        Assert.Equal(
            "version-mismatch",
            DealerDecisions.Update(state, new UpdateDealer(default, id, "again", null, version), Context()).Error?.Code);
        Assert.Equal("version-mismatch", DealerDecisions.Move(state, new MoveDealer(default, id, null, version), Context()).Error?.Code);
    }

    [Fact]
    public void Unknown_dealers_and_parents_are_refused()
    {
        var (state, id) = Created(DealersState.Empty, "one");
        var unknown = new Guid("01932f3a-7c00-7000-8000-0000000000f1");
        Assert.Equal("not-found", Move(state, unknown, null).Error?.Code);
        Assert.Equal("unknown-parent", Move(state, id, unknown).Error?.Code);
        Assert.Equal(
            "unknown-parent", DealerDecisions.Create(state, new CreateDealer(default, "two", null, unknown), Context()).Error?.Code);
        Assert.Equal(
            "not-found",
            DealerDecisions.SetStatus(state, new SetDealerStatus(default, unknown, DealerStatus.Disabled), Context()).Error?.Code);
    }

    [Fact]
    public void Any_commands_leave_a_tree_whose_indices_follow_from_its_dealers_through_json() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(200),
        Prop.ForAll(Gen.ArrayOf(Gen.Choose(0, 999_999), 60).ToArbitrary(), numbers =>
        {
            var state = numbers.Aggregate(DealersState.Empty, Random);
            var restored = JsonSerializer.Deserialize<DealersState>(
                JsonSerializer.Serialize(state, JournalJson.Options), JournalJson.Options)!;
            return state.Dealers.Values.All(dealer =>
                state.Upwards(dealer.Id).Take(40).Count() <= DealerTree.MaxDepth &&
                restored.Find(dealer.Id) == dealer && restored.HeightOf(dealer.Id) == state.HeightOf(dealer.Id) &&
                (dealer.Code is null || (state.OwnerOf(dealer.Code) == dealer.Id && restored.OwnerOf(dealer.Code) == dealer.Id))) &&
                restored.Changes == state.Changes;
        }));

    [Fact]
    public void Events_survive_the_json_of_the_journal()
    {
        var id = new Guid("01932f3a-7c00-7000-8000-0000000000f1");
        DealerEvent[] events = [
            new DealerCreated(id, id, "a", "b"), new DealerUpdated(id, "c", null), new DealerMoved(id, null), new DealerDisabled(id),
            new DealerEnabled(id)];
        Assert.Equal(
            events, JsonSerializer.Deserialize<DealerEvent[]>(JsonSerializer.Serialize(events, JournalJson.Options), JournalJson.Options));
    }

    private static DealersState Random(DealersState state, int number)
    {
        var ids = state.Dealers.Keys.Order().ToArray();
        Guid? Some(int salt) => ids.Length == 0 || (number / salt) % 7 == 0 ? null : ids[number / salt % ids.Length];
        return (number % 5, Some(5), Some(41)) switch
        {
            (1, { } id, var parent) => Fold(state, Move(state, id, parent)),
            (2, { } id, _) =>
                Fold(state, DealerDecisions.Update(state, new UpdateDealer(default, id, null, $"c{number % 9}", null), Context())),
            (3, { } id, _) =>
                Fold(state, DealerDecisions.SetStatus(state, new SetDealerStatus(default, id, (DealerStatus)(number / 5 % 2)), Context())),
            (_, var parent, _) => Fold(
                state, DealerDecisions.Create(
                    state, new CreateDealer(default, $"n{number}", number % 3 == 0 ? $"c{number % 11}" : null, parent), Context())),
        };
    }

    private static Decision<DealerEvent> Move(DealersState state, Guid id, Guid? parent) =>
        DealerDecisions.Move(state, new MoveDealer(default, id, parent, null), Context());

    private static (DealersState State, Guid Id) Created(DealersState state, string name, Guid? parent = null, string? code = null)
    {
        var context = Context();
        var created = DealerDecisions.Create(state, new CreateDealer(default, name, code, parent), context)
            .Accept(new DealersDefinition(), state, context, DealersDefinition.Created);
        Assert.Null(created.Error);
        return (created.State, created.Reply!.Id);
    }

    private static DealersState Fold(DealersState state, Decision<DealerEvent> decision) =>
        decision.Events.Aggregate(state, (current, @event) => current.Apply(@event));

    private static DecisionContext Context() => new(
        default, 1, new CommandContext(
            default, default,
            OperationId.FromKey("test", Interlocked.Increment(ref operations).ToString(System.Globalization.CultureInfo.InvariantCulture))),
            Now);
}
