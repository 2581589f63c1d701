namespace Platform.Api.Http;

/// <summary>
/// Where a client is and with what kind of program, as far as it tells a known place from a new one. The version of the program is no part
/// of it, as little as the last bits of an address that change from day to day.
/// </summary>
public static class ClientPlace
{
    // The order matters: a browser names those it is like after itself.
    private static readonly (string Mark, string Program)[] Programs =
    [
        ("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl"),
        ("PostmanRuntime/", "Postman"), ("python", "a Python program"), ("okhttp/", "an Android program"),
    ];

    /// <summary>The network and the program.</summary>
    public static string Of(HttpContext http) => $"{ClientAddress.NetworkOf(ClientAddress.Of(http))} {ProgramOf(http)}";

    /// <summary>One of a few names of ours.</summary>
    public static string ProgramOf(HttpContext http)
    {
        var agent = http.Request.Headers.UserAgent.ToString();
        return Programs.FirstOrDefault(known => agent.Contains(known.Mark, StringComparison.OrdinalIgnoreCase)).Program ?? "another program";
    }
}
