using System.Text.Encodings.Web;
using Platform.Api.Identity.Passwords;

namespace Platform.Api.Identity.Letters;

/// <summary>What a page of a letter says: a title, a line, the button of its form and whether that asks for a password.</summary>
public sealed record LetterPage(string Title, string Text, string? Button = null, bool AsksForPassword = false, int Status = 200)
{
    private static readonly string Template = Http.Pages.Pages.Page("letter.html");

    /// <summary>The page as an answer. Its address has the token: the page names no other place, and no script runs in it.</summary>
    public IResult Answer(HttpContext http)
    {
        http.Response.Headers.ContentSecurityPolicy = Http.Pages.Pages.FormPolicy;
        var page = Template.Replace("{title}", HtmlEncoder.Default.Encode(Title), StringComparison.Ordinal)
            .Replace("{text}", HtmlEncoder.Default.Encode(Text), StringComparison.Ordinal)
            .Replace("{form}", Form(), StringComparison.Ordinal);
        return Results.Text(page, Http.Pages.Pages.Html, statusCode: Status);
    }

    // Without an action it is sent to where the page is.
    private string Form() => Button is null
        ? ""
        : $"""
           <form method="post">
           {(AsksForPassword ? $"""<label for="password">New password</label><input id="password" name="password" type="password" autocomplete="new-password" minlength="{PasswordHasher.MinLength}" maxlength="{PasswordHasher.MaxLength}" required autofocus>""" : "")}
           <button type="submit">{HtmlEncoder.Default.Encode(Button)}</button>
           </form>
           """;
}
