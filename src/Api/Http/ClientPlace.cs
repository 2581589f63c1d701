namespace Platform.Api.Http;

/// <summary>
/// Identifies a client by network and kind of program, to tell a known place from a new one. Leaves out what changes often: the
/// program's version and the last bits of an IPv6 address.
/// </summary>
public static class ClientPlace
{
    // The order matters: a browser also names the browsers it is compatible with.
    private static readonly (string Mark, string Program)[] Programs =
    [
        ("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl"),
        ("PostmanRuntime/", "Postman"), ("python", "a Python program"), ("okhttp/", "an Android program"),
    ];

    /// <summary>The network and the program, as one text.</summary>
    public static string Of(HttpContext http) => $"{ClientAddress.NetworkOf(ClientAddress.Of(http))} {ProgramOf(http)}";

    /// <summary>The kind of program, as one of a few fixed names.</summary>
    public static string ProgramOf(HttpContext http)
    {
        var agent = http.Request.Headers.UserAgent.ToString();
        return Programs.FirstOrDefault(known => agent.Contains(known.Mark, StringComparison.OrdinalIgnoreCase)).Program
            ?? "another program";
    }
}
