using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Platform.Api.Host;

/// <summary>The addresses on which this machine can reach this process, as actually bound.</summary>
internal static class OwnAddresses
{
    private static readonly string[] Any = ["://*", "://+", "://0.0.0.0", "://[::]"];

    /// <summary>Returns the addresses, plain HTTP first. Empty before the server listens.</summary>
    public static IReadOnlyList<Uri> Of(IServer server) =>
        [.. (server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [])
            .Select(text => Any.Aggregate(text, static (text, any) => text.Replace(any, "://127.0.0.1", StringComparison.Ordinal)))
            .Select(text => Uri.TryCreate(text, UriKind.Absolute, out var address) ? address : null)
            .OfType<Uri>()
            .OrderBy(address => address.Scheme != Uri.UriSchemeHttp)];
}
