namespace Platform.Api.Identity;

/// <summary>Settings of accounts, section <c>Auth</c>. The settings of identity providers are in its subsections.</summary>
public sealed class AuthOptions
{
    /// <summary>The public address of the platform, for links in letters; if null, letters contain no links.</summary>
    public string? PublicUrl { get; set; }

    /// <summary>Whether registration hides, from everybody but the holder of an address, whether the address has an account.</summary>
    public bool ConcealAccounts { get; set; }

    /// <summary>Whether PublicUrl is null or an absolute http(s) address to which a path can be appended.</summary>
    public bool IsValid => PublicUrl is null ||
        (Uri.TryCreate(PublicUrl, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" &&
         url is { Query: "", Fragment: "", UserInfo: "" } && !PublicUrl.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)));
}
