namespace Platform.Api.Identity;

/// <summary>Settings of accounts, section <c>Auth</c>. Those of other providers are in sections below it.</summary>
public sealed class AuthOptions
{
    /// <summary>The address under which people reach the platform, for links in letters; null leaves the links out.</summary>
    public string? PublicUrl { get; set; }

    /// <summary>Whether a registration tells nobody but the holder of the address whether it has an account.</summary>
    public bool ConcealAccounts { get; set; }

    /// <summary>An absolute address of the web, without anything that a path could not be put behind.</summary>
    public bool IsValid => PublicUrl is null || (Uri.TryCreate(PublicUrl, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" &&
        url is { Query: "", Fragment: "", UserInfo: "" } && !PublicUrl.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)));
}
