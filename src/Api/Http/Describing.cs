namespace Platform.Api.Http;

/// <summary>A query parameter of a route, for the OpenAPI document.</summary>
public sealed record QueryParameter(string Name, string Description, bool Required = false);

/// <summary>A body that is text and not JSON, for the OpenAPI document.</summary>
public sealed record AcceptsText(string MediaType, string Description, string Example);

/// <summary>A file that a route returns with 200, for the OpenAPI document.</summary>
public sealed record FileAnswer(IReadOnlyList<string> MediaTypes);

/// <summary>
/// Error statuses that are specific to a route, for the OpenAPI document. Do not list those that follow from other metadata: 400 and
/// 413 to 415 of a body, 400 of parameters, 401 and 403 of a caller, 409 and 422 of moving money, 429, 503.
/// </summary>
public sealed record Refusals(IReadOnlyList<int> Statuses);

/// <summary>
/// Marks a route that moves money. It requires an idempotency key, and returns 422 if the key was used for another request and 409 if the
/// money cannot move. A RowByRow route moves many amounts and reports in its answer which of them failed, so it has no 409.
/// </summary>
public sealed record MovesMoneyMark(bool RowByRow = false);

/// <summary>Marks a money route that is also in the audit log, with the request's origin. Other routes are always in the log.</summary>
public sealed record AuditedMark;

/// <summary>Describes a route for the OpenAPI document.</summary>
public static class Describing
{
    public static RouteHandlerBuilder Describe(this RouteHandlerBuilder route, string summary) => route.WithSummary(summary);

    public static RouteHandlerBuilder Answers<T>(this RouteHandlerBuilder route, int status) =>
        route.Produces<T>(status, "application/json");

    /// <summary>Declares an answer without a body.</summary>
    public static RouteHandlerBuilder Answers(this RouteHandlerBuilder route, int status) => route.Produces(status);

    public static RouteHandlerBuilder AnswersFile(this RouteHandlerBuilder route, params string[] mediaTypes) =>
        route.WithMetadata(new FileAnswer(mediaTypes));

    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder route, params int[] statuses) =>
        route.WithMetadata(new Refusals(statuses));

    public static RouteHandlerBuilder Takes(this RouteHandlerBuilder route, string name, string description, bool required = false) =>
        route.WithMetadata(new QueryParameter(name, description, required));

    public static RouteHandlerBuilder Pages(this RouteHandlerBuilder route) => route
        .Takes("limit", $"The maximum number of items, from 1 to {Paging.MaxLimit}; {Paging.DefaultLimit} by default.")
        .Takes("cursor", "The nextCursor of the previous page.");

    public static RouteHandlerBuilder MovesMoney(this RouteHandlerBuilder route, bool rowByRow = false) =>
        route.WithMetadata(new MovesMoneyMark(rowByRow));

    public static RouteHandlerBuilder Audited(this RouteHandlerBuilder route) => route.WithMetadata(new AuditedMark());
}
