using Platform.Grains.Engine;
using Platform.Grains.Engine.Entities;
using Platform.Organisations;

namespace Platform.Grains.Organisations;

/// <summary>Decides the commands of an organisation. Pure.</summary>
public static class OrganisationDecisions
{
    public static Decision<OrganisationEvent> Create(OrganisationState state, CreateOrganisation command, DecisionContext context)
    {
        if (state.Name.Length > 0)
        {
            return CommonErrors.AlreadyExists("organisation");
        }

        if ((CheckName(command.Name) ?? CheckPlace(command.TimeZone, command.Locale)) is { } error)
        {
            return error;
        }

        if (!Currency.TryParse(command.Currency, out _))
        {
            return OrganisationErrors.InvalidCurrency;
        }

        return new OrganisationCreated(
            Text.NameOf(command.Name), command.Kind, command.Currency, command.TimeZone, command.Locale, context.Now,
            context.Caller.ActorId);
    }

    public static Decision<OrganisationEvent> Update(OrganisationState state, UpdateOrganisation command, DecisionContext context)
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
            command.Name is null ? state.Name : Text.NameOf(command.Name), command.TimeZone ?? state.TimeZone,
            command.Locale ?? state.Locale);
        if (((command.Name is null ? null : CheckName(command.Name)) ?? CheckPlace(updated.TimeZone, updated.Locale)) is { } error)
        {
            return error;
        }

        OrganisationEvent[] changes =
        [
            updated,
            .. command.RequireMfa is { } mfa && mfa != state.RequireMfa ? [new MfaRequirementSet(mfa)] : Array.Empty<OrganisationEvent>(),
            .. command.RequireSso is { } sso && sso != state.RequireSso ? [new SsoRequirementSet(sso)] : Array.Empty<OrganisationEvent>(),
        ];
        return changes;
    }

    public static Decision<OrganisationEvent> Suspend(OrganisationState state, SuspendOrganisation command, DecisionContext context)
    {
        if (state.Name.Length == 0)
        {
            return CommonErrors.NotFound("organisation");
        }

        if (context.Key.OrganisationId == Caller.Platform || state.Kind == OrganisationKind.Platform)
        {
            return OrganisationErrors.PlatformOrganisation;
        }

        return command.IfVersion is { } version && version != context.NextVersion - 1 ? CommonErrors.VersionMismatch
            : !OrganisationInputRules.IsReason(command.Reason) ? OrganisationErrors.InvalidReason
            : state.Status == OrganisationStatus.Suspended ? Decision<OrganisationEvent>.Unchanged
            : new OrganisationSuspended(command.Reason, context.Now);
    }

    public static Decision<OrganisationEvent> Restore(OrganisationState state, RestoreOrganisation command, DecisionContext context) =>
        state.Name.Length == 0 ? CommonErrors.NotFound("organisation")
        : command.IfVersion is { } version && version != context.NextVersion - 1 ? CommonErrors.VersionMismatch
        : state.Status == OrganisationStatus.Active ? Decision<OrganisationEvent>.Unchanged
        : new OrganisationRestored();

    /// <summary>Recorded even if single sign-on was not required, so that the organisation sees what the platform did.</summary>
    public static Decision<OrganisationEvent> ReleaseSso(OrganisationState state, DecisionContext context) =>
        state.Name.Length == 0
            ? CommonErrors.NotFound("organisation")
            : new SsoRequirementSet(false, context.ByPlatform);

    /// <summary>
    /// Makes a user the owner; the front door checks who they are. A finished handover can be repeated, even by the former owner, so that
    /// its later steps can run again.
    /// </summary>
    public static Decision<OrganisationEvent> HandOver(
        OrganisationState state, HandOverOrganisation command, DecisionContext context)
    {
        if (state.Name.Length == 0)
        {
            return CommonErrors.NotFound("organisation");
        }

        var stands = command.UserId == state.OwnerId;
        if (command.From is { } from && from != state.OwnerId && !(stands && from == state.FormerOwnerId))
        {
            return OrganisationErrors.NotOwner;
        }

        if (state.Kind != OrganisationKind.Enterprise)
        {
            return OrganisationErrors.OwnershipFixed;
        }

        return stands
            ? Decision<OrganisationEvent>.Unchanged
            : new OwnershipHandedOver(state.OwnerId, command.UserId, context.ByPlatform);
    }

    private static Error? CheckName(string? name) => Text.IsName(name) ? null : OrganisationErrors.InvalidName;

    private static Error? CheckPlace(string? timeZone, string? locale) =>
        timeZone is null || TimeZones.Find(timeZone) is null ? OrganisationErrors.InvalidTimeZone
        : !OrganisationInputRules.IsLocale(locale) ? OrganisationErrors.InvalidLocale
        : null;
}
