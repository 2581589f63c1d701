namespace Platform.Api.Http;

/// <summary>A query parameter of a route, for the document of the API.</summary>
public sealed record QueryParameter(string Name, string Description, bool Required = false);

/// <summary>A body that is a text of its own and no JSON, for the document of the API.</summary>
public sealed record AcceptsText(string MediaType, string Description, string Example);

/// <summary>A file that a route answers with 200, for the document of the API.</summary>
public sealed record FileAnswer(IReadOnlyList<string> MediaTypes);

/// <summary>
/// Refusals that are particular to a route, for the document of the API. What follows from other things that the route says is not among
/// them: 400 and 413 to 415 of a body, 400 of parameters, 401 and 403 of a caller, 409 and 422 of moving money, 429, 503.
/// </summary>
public sealed record Refusals(IReadOnlyList<int> Statuses);

/// <summary>
/// A route that moves money. It needs an idempotency key, and answers 422 if the key was used for another request and 409 if the money
/// cannot move. RowByRow is a route that moves many amounts and says in its answer which of them cannot move, so that it has no 409.
/// </summary>
public sealed record MovesMoneyMark(bool RowByRow = false);

/// <summary>
/// A route that moves money and is in the audit log too, with where its request came from. All others are in the log without saying so.
/// </summary>
public sealed record AuditedMark;

/// <summary>What a route says about itself in the document of the API.</summary>
public static class Describing
{
    public static RouteHandlerBuilder Describe(this RouteHandlerBuilder route, string summary) => route.WithSummary(summary);

    public static RouteHandlerBuilder Answers<T>(this RouteHandlerBuilder route, int status) => route.Produces<T>(status, "application/json");

    /// <summary>An answer without a body.</summary>
    public static RouteHandlerBuilder Answers(this RouteHandlerBuilder route, int status) => route.Produces(status);

    public static RouteHandlerBuilder AnswersFile(this RouteHandlerBuilder route, params string[] mediaTypes) =>
        route.WithMetadata(new FileAnswer(mediaTypes));

    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder route, params int[] statuses) => route.WithMetadata(new Refusals(statuses));

    public static RouteHandlerBuilder Takes(this RouteHandlerBuilder route, string name, string description, bool required = false) =>
        route.WithMetadata(new QueryParameter(name, description, required));

    public static RouteHandlerBuilder Pages(this RouteHandlerBuilder route) => route
        .Takes("limit", $"At most this many items: 1 to {Paging.MaxLimit}, {Paging.DefaultLimit} where it is missing.")
        .Takes("cursor", "The nextCursor of the page before.");

    public static RouteHandlerBuilder MovesMoney(this RouteHandlerBuilder route, bool rowByRow = false) =>
        route.WithMetadata(new MovesMoneyMark(rowByRow));

    public static RouteHandlerBuilder Audited(this RouteHandlerBuilder route) => route.WithMetadata(new AuditedMark());
}
