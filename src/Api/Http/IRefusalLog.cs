namespace Platform.Api.Http;

/// <summary>Records requests that were refused because of a missing permission (403).</summary>
public interface IRefusalLog
{
    /// <summary>Called before the refusal is sent.</summary>
    Task ForbiddenAsync(HttpContext http, Problem problem);
}
