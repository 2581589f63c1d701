using System.Text.RegularExpressions;
using NodaTime;
using Platform.Grains.Common;
using Platform.Grains.Common.Entities;
using Platform.Organisations;

namespace Platform.Grains.Organisations;

/// <summary>What an organisation accepts. Pure.</summary>
public static partial class OrganisationDecisions
{
    public static Decision<OrganisationEvent, OrganisationView> Create(OrganisationState state, CreateOrganisation command, DecisionContext context)
    {
        if (state.Name.Length > 0)
        {
            return CommonErrors.AlreadyExists("organisation");
        }

        if (Check(command.Name, command.TimeZone, command.Locale) is { } error)
        {
            return error;
        }

        if (!Currency.TryParse(command.Currency, out _))
        {
            return OrganisationErrors.InvalidCurrency;
        }

        return Accept(state, context, new OrganisationCreated(
            command.Name, command.Kind, command.Currency, command.TimeZone, command.Locale, context.Now));
    }

    public static Decision<OrganisationEvent, OrganisationView> Update(OrganisationState state, UpdateOrganisation command, DecisionContext context)
    {
        if (state.Name.Length == 0)
        {
            return CommonErrors.NotFound("organisation");
        }

        if (command.IfVersion is { } version && version != context.NextVersion - 1)
        {
            return CommonErrors.VersionMismatch;
        }

        var updated = new OrganisationUpdated(
            command.Name ?? state.Name, command.TimeZone ?? state.TimeZone, command.Locale ?? state.Locale);
        if (Check(updated.Name, updated.TimeZone, updated.Locale) is { } error)
        {
            return error;
        }

        return command.RequireMfa is { } required && required != state.RequireMfa
            ? Accept(state, context, updated, new MfaRequirementSet(required))
            : Accept(state, context, updated);
    }

    private static Decision<OrganisationEvent, OrganisationView> Accept(OrganisationState state, DecisionContext context, params OrganisationEvent[] events) =>
        Decision<OrganisationEvent, OrganisationView>.Accept(
            events.Aggregate(state, static (current, @event) => current.Apply(@event)).ToView(context.Key.OrganisationId, context.NextVersion), events);

    private static Error? Check(string? name, string? timeZone, string? locale)
    {
        if (!Text.IsName(name))
        {
            return OrganisationErrors.InvalidName;
        }

        if (timeZone is null || DateTimeZoneProviders.Tzdb.GetZoneOrNull(timeZone) is null)
        {
            return OrganisationErrors.InvalidTimeZone;
        }

        return locale is not null && LanguageTag().IsMatch(locale) ? null : OrganisationErrors.InvalidLocale;
    }

    // RFC 5646 as far as people use it: language, script, region.
    [GeneratedRegex("^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$", RegexOptions.CultureInvariant)]
    private static partial Regex LanguageTag();
}
