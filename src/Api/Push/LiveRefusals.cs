using Microsoft.AspNetCore.SignalR;
using Platform.Grains.Engine.Registration;

namespace Platform.Api.Push;

/// <summary>
/// Logs hub refusals as debug and failures as errors. SignalR logs both as errors with a stack trace, and any caller can cause refusals,
/// so <c>ApiHosting</c> turns its log off.
/// </summary>
[Singleton]
public sealed partial class LiveRefusals(ILogger<LiveRefusals> logger) : IHubFilter
{
    /// <summary>SignalR's log category for exceptions of hub methods.</summary>
    public const string Category = "Microsoft.AspNetCore.SignalR.Internal.DefaultHubDispatcher";

    public async ValueTask<object?> InvokeMethodAsync(
        HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        try
        {
            return await next(invocationContext);
        }
        catch (HubException refusal)
        {
            Refused(logger, invocationContext.HubMethodName, refusal.Message);
            throw;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            Failed(logger, invocationContext.HubMethodName, exception);
            throw;
        }
    }

    [LoggerMessage(1, LogLevel.Debug, "{Method} of the live hub was refused: {Refusal}")]
    private static partial void Refused(ILogger logger, string method, string refusal);

    [LoggerMessage(2, LogLevel.Error, "{Method} of the live hub failed")]
    private static partial void Failed(ILogger logger, string method, Exception exception);
}
