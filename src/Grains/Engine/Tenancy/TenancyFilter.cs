using Microsoft.Extensions.Logging;

namespace Platform.Grains.Engine.Tenancy;

/// <summary>
/// Refuses calls to our grains if the caller does not belong to the organisation of the key, or if there is no caller.
/// The API has authorised already; this second check prevents a leak if a check was forgotten there.
/// </summary>
public sealed partial class TenancyFilter(ILogger<TenancyFilter> logger) : IIncomingGrainCallFilter
{
    public Task Invoke(IIncomingGrainCallContext context)
    {
        if (context.Grain is not IGrainBase || !IsOurs(context) || IsAllowed(context.TargetContext.GrainId))
        {
            return context.Invoke();
        }

        LogRefused(logger, context.InterfaceName, context.MethodName);
        throw new TenancyViolationException(
            $"The caller may not call {context.InterfaceName}.{context.MethodName} on an entity of this organisation.");
    }

    // Calls of runtime interfaces (streams, timers, lifecycle) have no caller; calls of ours always do.
    private static bool IsOurs(IIncomingGrainCallContext context) =>
        context.InterfaceMethod.DeclaringType?.Namespace is { } space &&
        (space == "Platform" || space.StartsWith("Platform.", StringComparison.Ordinal));

    private static bool IsAllowed(GrainId grain) =>
        EntityKey.TryParse(grain.Key.ToString(), out var key) && Caller.Organisation is { } caller &&
        (caller == key.OrganisationId || caller == Caller.Platform);

    [LoggerMessage(1, LogLevel.Error, "Refused a call of {Interface}.{Method} across organisations.")]
    private static partial void LogRefused(ILogger logger, string @interface, string method);
}

/// <summary>A call crossed organisations. This is a bug in the calling code; users never see it.</summary>
[GenerateSerializer, Alias("platform.tenancy-violation")]
public sealed class TenancyViolationException : Exception
{
    public TenancyViolationException()
    {
    }

    public TenancyViolationException(string message)
        : base(message)
    {
    }

    public TenancyViolationException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
