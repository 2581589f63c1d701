using System.Text.RegularExpressions;
using Platform.Activities;
using Platform.Grains.Common;
using Platform.Grains.Common.Entities;

namespace Platform.Grains.Activities;

/// <summary>What a catalogue accepts. Pure.</summary>
public static partial class CatalogueDecisions
{
    public static Decision<CatalogueEvent, ActivityTypeView> SetType(CatalogueState state, SetActivityType command, DecisionContext _)
    {
        if (!Code().IsMatch(command.Code))
        {
            return ActivityErrors.InvalidCode;
        }

        if (!Text.IsName(command.Name))
        {
            return ActivityErrors.InvalidName;
        }

        var currencies = command.UnitPrices.Select(price => price.Currency).Distinct().Count();
        if (command.UnitPrices.Count is 0 or > 50 || currencies != command.UnitPrices.Count ||
            command.UnitPrices.Any(price => price.Minor is < 0 or > Money.MaxRequestMinor / ActivityDecisions.MaxQuantity))
        {
            return ActivityErrors.InvalidPrice;
        }

        var set = new ActivityTypeSet(command.Code, command.Name, command.UnitPrices);
        return Decision<CatalogueEvent, ActivityTypeView>.Accept(state.Apply(set).Find(command.Code)!, set);
    }

    [GeneratedRegex("^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$", RegexOptions.CultureInvariant)]
    private static partial Regex Code();
}
