using Platform.Api.Http.Pages;

namespace Platform.Api.Http;

/// <summary>Turns exceptions and empty error answers into problems (RFC 9457).</summary>
public static partial class Failures
{
    public static IApplicationBuilder UseProblems(this IApplicationBuilder app)
    {
        var logger = app.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger("Platform.Api.Requests");
        return app.Use(next => http => InvokeAsync(http, next, logger));
    }

    private static Task InvokeAsync(HttpContext http, RequestDelegate next, ILogger logger)
    {
        Task running;
        try
        {
            running = next(http);
        }
        catch (Exception exception)
        {
            return FailAsync(http, exception, logger);
        }

        return running.IsCompletedSuccessfully && !IsBare(http.Response) ? Task.CompletedTask : AwaitAsync(http, running, logger);
    }

    private static async Task AwaitAsync(HttpContext http, Task running, ILogger logger)
    {
        try
        {
            await running;
        }
        catch (Exception exception)
        {
            await FailAsync(http, exception, logger);
            return;
        }

        if (IsBare(http.Response))
        {
            if (http.Response.StatusCode == StatusCodes.Status404NotFound && StartPage.IsAskedFor(http))
            {
                await StartPage.WriteNotFoundAsync(http);
                return;
            }

            await Problems.FromStatus(http.Response.StatusCode).ExecuteAsync(http);
        }
    }

    private static bool IsBare(HttpResponse response) =>
        response.StatusCode >= 400 && !response.HasStarted && response.ContentType is null && response.ContentLength is null;

    private static async Task FailAsync(HttpContext http, Exception exception, ILogger logger)
    {
        if (exception is OperationCanceledException && http.RequestAborted.IsCancellationRequested)
        {
            http.Response.StatusCode = 499;
            return;
        }

        var problem = Problems.From(exception);
        if (problem is null)
        {
            UnexpectedFailure(logger, exception, http.Request.Method, RouteOf(http), Problem.CurrentTraceId);
        }
        else if (problem.Status >= 500)
        {
            Refused(logger, problem.Code, http.Request.Method, RouteOf(http), exception.GetType().Name, Problem.CurrentTraceId);
        }

        if (http.Response.HasStarted)
        {
            http.Abort();
            return;
        }

        await (problem ?? Problems.InternalError).ExecuteAsync(http);
    }

    private static string RouteOf(HttpContext http) => (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "-";

    [LoggerMessage(1, LogLevel.Error, "{Method} {Route} failed, trace {TraceId}")]
    private static partial void UnexpectedFailure(ILogger logger, Exception exception, string method, string route, string traceId);

    [LoggerMessage(2, LogLevel.Warning, "{Code}: {Method} {Route} after {Failure}, trace {TraceId}")]
    private static partial void Refused(ILogger logger, string code, string method, string route, string failure, string traceId);
}
