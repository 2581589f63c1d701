using System.Text.Encodings.Web;
using Platform.Api.Identity.Passwords;

namespace Platform.Api.Identity.Letters;

/// <summary>The content of a letter's page: title, text, the button of its form, and whether the form asks for a password.</summary>
public sealed record LetterPage(string Title, string Text, string? Button = null, bool AsksForPassword = false, int Status = 200)
{
    private static readonly string Template = Http.Pages.Pages.Page("letter.html");

    private static readonly string PasswordInput =
        """<label for="password">New password</label>""" +
        """<input id="password" name="password" type="password" autocomplete="new-password" """ +
        $"""minlength="{PasswordHasher.MinLength}" maxlength="{PasswordHasher.MaxLength}" required autofocus>""";

    /// <summary>Renders the page as a response. Its URL contains the token, so it links nowhere and runs no script.</summary>
    public IResult Answer(HttpContext http)
    {
        http.Response.Headers.ContentSecurityPolicy = Http.Pages.Pages.FormPolicy;
        var page = Template.Replace("{title}", HtmlEncoder.Default.Encode(Title), StringComparison.Ordinal)
            .Replace("{text}", HtmlEncoder.Default.Encode(Text), StringComparison.Ordinal)
            .Replace("{form}", Form(), StringComparison.Ordinal);
        return Results.Text(page, Http.Pages.Pages.Html, statusCode: Status);
    }

    // The form has no action, so it is posted to the page's own URL.
    private string Form() => Button is null
        ? ""
        : $"""
           <form method="post">
           {(AsksForPassword ? PasswordInput : "")}
           <button type="submit">{HtmlEncoder.Default.Encode(Button)}</button>
           </form>
           """;
}
