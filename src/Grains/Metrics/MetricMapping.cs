using System.Text.Json;
using Platform.Access;
using Platform.Grains.Engine.Journal;
using Platform.Identity;
using Platform.Metrics;
using Platform.Organisations;

namespace Platform.Grains.Metrics;

/// <summary>One value of a metric, in major units of its currency where it is money.</summary>
public readonly record struct MetricPoint(string Metric, DateTimeOffset At, string Dimensions, decimal Value);

/// <summary>
/// What the events of a journal row count for. Reads only the properties that it needs, so that events may grow; unknown
/// events count for nothing, and a known one that cannot be read throws.
/// </summary>
public static class MetricMapping
{
    public static IReadOnlyList<MetricPoint> Map(JournalEntry entry)
    {
        if (entry.EntityType is not ("wallet" or "activity" or "user" or "organisation"))
        {
            return [];
        }

        using var events = JsonDocument.Parse(entry.Events);
        var points = new List<MetricPoint>();
        foreach (var json in events.RootElement.EnumerateArray())
        {
            switch (entry.EntityType, json.GetProperty("$type").GetString())
            {
                case ("wallet", "opened"):
                    points.Add(Count(BuiltInMetrics.WalletsOpened, entry.At, 1, (Dimensions.Currency, CurrencyOf(json).Code)));
                    break;
                case ("wallet", { } name) when MoneyMapping.TypeOf(name) is { } type:
                    MoneyMapping.Add(points, entry.At, type, CurrencyOf(json), json);
                    break;
                case ("activity", "completed"):
                    points.Add(Count(
                        BuiltInMetrics.Activities, entry.At, json.GetProperty("quantity").GetDecimal(),
                        (Dimensions.Currency, CurrencyOf(json).Code), (Dimensions.Type, json.GetProperty("type").GetString()!)));
                    break;
                case ("user", "registered" or "invited") when entry.Version == 1: // Who is invited again is there already.
                    points.Add(Count(BuiltInMetrics.Users, entry.At, 1, (Dimensions.Tier, BuiltInRoles.CodeOf((UserTier)json.GetProperty("tier").GetInt32()))));
                    break;
                case ("user", "disabled"):
                    points.Add(Count(BuiltInMetrics.UsersDisabled, entry.At, 1));
                    break;
                case ("user", "enabled"):
                    points.Add(Count(BuiltInMetrics.UsersDisabled, entry.At, -1));
                    break;
                case ("organisation", "created"):
                    points.Add(Count(BuiltInMetrics.Organisations, entry.At, 1, (Dimensions.Kind, CodeOf((OrganisationKind)json.GetProperty("kind").GetInt32()))));
                    break;
                case ("organisation", "suspended"):
                    points.Add(Count(BuiltInMetrics.OrganisationsSuspended, entry.At, 1));
                    break;
                case ("organisation", "restored"):
                    points.Add(Count(BuiltInMetrics.OrganisationsSuspended, entry.At, -1));
                    break;
                default:
                    break;
            }
        }

        return points;
    }

    private static MetricPoint Count(string metric, DateTimeOffset at, decimal value, params ReadOnlySpan<(string Name, string Value)> dimensions) =>
        new(metric, at, Dimensions.Of(dimensions), value);

    private static Currency CurrencyOf(JsonElement json) => Currency.Parse(json.GetProperty("currency").GetString()!);

    private static string CodeOf(OrganisationKind kind) => kind switch
    {
        OrganisationKind.Individual => "individual",
        OrganisationKind.Enterprise => "enterprise",
        OrganisationKind.Platform => "platform",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such kind."),
    };
}
