namespace Platform.Api.Http;

/// <summary>Keeps a record of requests that were refused because a permission is missing (403).</summary>
public interface IRefusalLog
{
    /// <summary>Is called before the refusal is answered.</summary>
    Task ForbiddenAsync(HttpContext http, Problem problem);
}
