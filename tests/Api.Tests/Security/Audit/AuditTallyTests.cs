using Platform.Api.Security.Audit;
using Platform.Grains.Engine.Audit;

namespace Platform.Api.Tests.Security.Audit;

/// <summary>How many rows refusals can write.</summary>
public sealed class AuditTallyTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 21, 8, 0, 0, TimeSpan.Zero);
    private static readonly Guid Organisation = new("01932f3a-7c00-7000-8000-0000000000a1");
    private readonly AuditTally _tally = new();

    [Fact]
    public void A_thousand_identical_refusals_are_two_rows_a_minute()
    {
        var rows = Enumerable.Range(0, 1_000).Select(i => _tally.Admit("a", Row(i * 50, "x"))).OfType<AuditRow>().ToList();
        var first = Assert.Single(rows);
        Assert.Empty(_tally.Close(At.AddSeconds(59)));
        var summary = Assert.Single(_tally.Close(At.AddSeconds(60)));
        Assert.Equal(("999", first.Id.ToString(), "x"),
            (summary.Details["repeats"], summary.Details["repeatsOf"], summary.Details["login"]));
        Assert.Equal((first.OrganisationId, first.Action, first.Code, At.AddSeconds(60)),
            (summary.OrganisationId, summary.Action, summary.Code, summary.At));
        Assert.NotEqual(first.Id, summary.Id);
        Assert.Empty(_tally.Close(At.AddSeconds(120)));
        Assert.NotNull(_tally.Admit("a", Row(61_000, "x")));
    }

    [Fact]
    public void A_single_refusal_is_one_row()
    {
        Assert.NotNull(_tally.Admit("a", Row(0, "x")));
        Assert.NotNull(_tally.Admit("a", Row(0, "y")));
        Assert.NotNull(_tally.Admit("b", Row(0, "x")));
        Assert.Empty(_tally.Close(At, now: true));
    }

    [Fact]
    public void A_source_that_varies_its_requests_does_not_make_more_rows_than_its_share()
    {
        var rows = Enumerable.Range(0, 1_000).Select(i => _tally.Admit("a", Row(0, $"{i}"))).OfType<AuditRow>().ToList();
        Assert.Equal(AuditOptions.DefaultPerSource + 1, rows.Count);
        Assert.Equal((Caller.Platform, 0), (rows[^1].OrganisationId, rows[^1].Details.Count));
        var summary = Assert.Single(_tally.Close(At, now: true));
        Assert.Equal($"{1_000 - AuditOptions.DefaultPerSource - 1}", summary.Details["repeats"]);
        Assert.NotNull(_tally.Admit("b", Row(0, "another source")));
    }

    [Fact]
    public void What_a_known_caller_is_refused_stays_in_their_organisation()
    {
        var rows = Enumerable.Range(0, 100).Select(i => _tally.Admit("a", Row(0, $"{i}") with { ActorId = Organisation }))
            .OfType<AuditRow>().ToList();
        Assert.All(rows, row => Assert.Equal(Organisation, row.OrganisationId));
    }

    [Fact]
    public void Any_number_of_sources_make_a_bounded_number_of_rows()
    {
        var rows = Enumerable.Range(0, 50_000).Select(i => _tally.Admit($"{i}", Row(0, $"{i}"))).OfType<AuditRow>().ToList();
        Assert.Equal(AuditTally.Total + 1, rows.Count);
        Assert.Equal(("audit.overflow", Caller.Platform), (rows[^1].Action, rows[^1].OrganisationId));
        Assert.Equal($"{50_000 - AuditTally.Total - 1}", Assert.Single(_tally.Close(At, now: true)).Details["repeats"]);
    }

    [Fact]
    public void ASVS_6_3_8_whether_a_row_is_written_does_not_tell_whether_the_name_is_known()
    {
        // Known and unknown names in the same order: a row is written at the same positions.
        bool[] WritesRow(bool known)
        {
            var tally = new AuditTally();
            return [.. Enumerable.Range(0, 60).Select(i =>
            {
                var user = known ? OperationId.FromKey("user", $"{i % 40}").Value : (Guid?)null;
                var row = Row(0, $"{i % 40}") with { OrganisationId = user ?? Caller.Platform, EntityId = user };
                return tally.Admit("a", row) is not null;
            })];
        }

        Assert.Equal(WritesRow(known: false), WritesRow(known: true));
    }

    private static AuditRow Row(int milliseconds, string login) => new(
        Organisation, At.AddMilliseconds(milliseconds), Guid.CreateVersion7(At), null, "user.sign-in", "invalid-credentials", null, null,
        new Origin("203.0.113.7", "agent", "trace", ActorKind.Anonymous), new Dictionary<string, string> { ["login"] = login });
}
