using Platform.Activities;
using Platform.Grains.Engine.Entities;

namespace Platform.Grains.Activities;

/// <summary>Decides changes of a catalogue.</summary>
public static class CatalogueDecisions
{
    public const int MaxVersions = 1_000;
    public const int MaxTiers = 20;

    public static Decision<CatalogueEvent> SetType(CatalogueState state, SetActivityType command, DecisionContext context)
    {
        if (!ActivityRules.IsCode(command.Code))
        {
            return ActivityErrors.InvalidCode;
        }

        if (!Text.IsName(command.Name))
        {
            return ActivityErrors.InvalidName;
        }

        if (!ActivityRules.ArePrices(command.UnitPrices) || command.UnitPrices.Any(price => price.IsNegative))
        {
            return ActivityErrors.InvalidPrice;
        }

        if (command.UnitPrices.Any(price => price.IsTooLarge))
        {
            return ActivityErrors.PriceOutOfRange;
        }

        if (command.Tiers is { } tiers && !AreTiers(tiers, command.UnitPrices.Select(price => price.Currency).ToHashSet()))
        {
            return ActivityErrors.InvalidTiers;
        }

        if (command.FreeAllowance is { } allowance && !ActivityRules.IsAllowance(allowance))
        {
            return ActivityErrors.InvalidAllowance;
        }

        var versions = state.Versions(command.Code);
        if (versions.Count >= MaxVersions)
        {
            return ActivityErrors.TooManyPrices;
        }

        // The clock of this silo may be behind that of the silo that set the last version.
        var now = versions is [.., { SetAt: { } last }] && last > context.Now ? last : context.Now;
        if (command.EffectiveFrom < now)
        {
            return ActivityErrors.EffectiveInPast;
        }

        return new ActivityTypeSet(
            command.Code, Text.NameOf(command.Name), command.UnitPrices, command.EffectiveFrom?.ToUniversalTime() ?? now,
            command.Tiers is { Count: > 0 } ? command.Tiers : null,
            command.FreeAllowance ?? default, context.Caller.ActorId, now);
    }

    /// <summary>Whether the tiers of each currency ascend and the currency has a unit price for units above them.</summary>
    public static bool AreTiers(IReadOnlyList<PriceTier> tiers, IReadOnlySet<Currency> priced)
    {
        foreach (var currency in tiers.GroupBy(tier => tier.UnitPrice.Currency))
        {
            var upTo = default(Quantity);
            foreach (var tier in currency)
            {
                if (tier.UpTo <= upTo || tier.UpTo > Pricing.MaxUsage || !ActivityRules.IsUnitPrice(tier.UnitPrice))
                {
                    return false;
                }

                upTo = tier.UpTo;
            }

            if (currency.Count() > MaxTiers || !priced.Contains(currency.Key))
            {
                return false;
            }
        }

        return true;
    }
}
