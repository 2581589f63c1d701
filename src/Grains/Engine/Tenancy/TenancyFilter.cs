using Microsoft.Extensions.Logging;

namespace Platform.Grains.Engine.Tenancy;

/// <summary>
/// Refuses calls of our grains whose caller belongs to another organisation than the key names, and calls without a caller.
/// The front door has authorised already; this is the second lock, where a forgotten check would otherwise leak.
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
        throw new TenancyViolationException($"The caller may not call {context.InterfaceName}.{context.MethodName} of this entity.");
    }

    // Runtime interfaces (streams, timers, lifecycle) carry no caller; ours always do.
    private static bool IsOurs(IIncomingGrainCallContext context) =>
        context.InterfaceMethod.DeclaringType?.Namespace is { } space &&
        (space == "Platform" || space.StartsWith("Platform.", StringComparison.Ordinal));

    private static bool IsAllowed(GrainId grain) =>
        EntityKey.TryParse(grain.Key.ToString(), out var key) && Caller.Organisation is { } caller &&
        (caller == key.OrganisationId || caller == Caller.Platform);

    [LoggerMessage(1, LogLevel.Error, "A call of {Interface}.{Method} crossed organisations and was refused.")]
    private static partial void LogRefused(ILogger logger, string @interface, string method);
}

/// <summary>A call crossed organisations. A bug of the calling code, never the answer to a user.</summary>
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
