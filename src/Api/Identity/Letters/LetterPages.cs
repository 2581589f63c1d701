using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Platform.Api.Http;
using Platform.Api.Identity.Passwords;
using Platform.Identity;

namespace Platform.Api.Identity.Letters;

/// <summary>
/// The pages that letters link to. Opening a page does not use up the token, because mail programs open links before people do; its
/// button does. The pages need no cookie and no session, only the token in the URL.
/// </summary>
public static class LetterPages
{
    private const int MaxForm = 16 * 1024;

    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];
    private static readonly Problem NoForm = new(
        415, "unsupported-media-type", "The body must be a form: application/x-www-form-urlencoded.");
    private static readonly Problem TooLarge = new(413, "body-too-large", "A form can have at most 16 KiB.");

    private static readonly LetterPage Verify = new("Confirm your address", "Confirm that this e-mail address is yours.", "Confirm");
    private static readonly LetterPage Reset = new(
        "Reset your password", "Choose a new password. Every session of your account will end.", "Set the password", true);
    private static readonly LetterPage Join = new(
        "Accept the invitation", "Choose a password for your new account.", "Accept", true);

    private static readonly LetterPage Free = new(
        "Free your address",
        "An account uses this e-mail address but has never verified it. Press the button only if that account is not yours: " +
        "it will lose the address, its sessions will end, and nobody will be able to sign in to it with this address.",
        "Free the address");

    public static void MapLetterPages(this IEndpointRouteBuilder routes)
    {
        Map(
            routes, LetterPaths.Verify, Verify, "Your address is confirmed.",
            static (http, redemption, token, _) => redemption.VerifyAsync(http, token));
        Map(
            routes, LetterPaths.Reset, Reset, "Your password is set. Sign in with it.",
            static (http, redemption, token, password) => redemption.ResetAsync(http, token, password));
        Map(
            routes, LetterPaths.Join, Join, "Your account is ready. Sign in with your address and your password.",
            static (http, redemption, token, password) => redemption.AcceptAsync(http, token, password, null));
        Map(
            routes, LetterPaths.Free, Free, "The address is free. You can register with it now.",
            static (_, redemption, token, _) => redemption.FreeAsync(token));
    }

    private static void Map(
        IEndpointRouteBuilder routes, string path, LetterPage page, string done,
        Func<HttpContext, TokenRedemption, string, string, Task<Result<CredentialChange>>> redeem)
    {
        routes.MapMethods($"{path}/{{token}}", Reading, page.Answer).AllowAnonymous().ExcludeFromDescription();
        routes.MapPost($"{path}/{{token}}", async (string token, HttpContext http, TokenRedemption redemption) =>
        {
            var password = await PasswordOfAsync(http.Request);
            if (page.AsksForPassword && PasswordHasher.Check(password) is { } weak)
            {
                return (page with { Text = weak.Message, Status = 400 }).Answer(http);
            }

            var redeemed = await redeem(http, redemption, token, password);
            return (redeemed.IsSuccess ? new LetterPage(page.Title, done) : Failed(redeemed.Error)).Answer(http);
        }).AllowAnonymous().ExcludeFromDescription();
    }

    private static LetterPage Failed(Error error) => new(
        "This did not work",
        error.Code == IdentityErrors.InvalidToken.Code
            ? "This link was already used, has expired, or is no longer valid. Request a new one."
            : error.Message,
        Status: Problems.From(error).Status);

    // A form without fields has no body, and some clients then send no content type.
    private static async Task<string> PasswordOfAsync(HttpRequest request)
    {
        if (request.ContentType is null && request.ContentLength is null or 0)
        {
            return "";
        }

        if (!BodyReader.IsOf(request.ContentType, "application/x-www-form-urlencoded"))
        {
            throw new ProblemException(NoForm);
        }

        return await BodyReader.ReadAsync(request, MaxForm, TooLarge, static bytes =>
        {
            using var form = new FormReader(Encoding.UTF8.GetString(bytes));
            return form.ReadForm().TryGetValue("password", out var password) && password.Count == 1 ? password.ToString() : "";
        });
    }
}
