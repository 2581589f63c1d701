using System.Security.Cryptography;
using System.Text;

namespace Platform.Api.Http.Pages;

/// <summary>
/// The HTML pages of the API host, embedded in the build, and their content security policy: an inline style and the icon, nothing
/// else.
/// </summary>
internal static class Pages
{
    public const string Html = "text/html; charset=utf-8";

    private static readonly string Style = Read("start.css");
    private static readonly string StyleHash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)));

    /// <summary>The policy for a page without forms.</summary>
    public static readonly string Policy = PolicyWith("'none'");

    /// <summary>The policy for a page with a form that posts to the platform.</summary>
    public static readonly string FormPolicy = PolicyWith("'self'");

    /// <summary>A page with the style inlined.</summary>
    public static string Page(string name) => Read(name).Replace("{style}", Style, StringComparison.Ordinal);

    public static string Read(string name)
    {
        using var stream = typeof(Pages).Assembly.GetManifestResourceStream($"Start/{name}")
            ?? throw new InvalidOperationException($"The page {name} is not part of this build.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static string PolicyWith(string formAction) =>
        $"default-src 'none'; style-src 'sha256-{StyleHash}'; img-src 'self'; frame-ancestors 'none'; base-uri 'none'; " +
        $"form-action {formAction}";
}
