using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Platform.Api.Host;

/// <summary>Where this process can be reached from its own machine, as really bound.</summary>
internal static class OwnAddresses
{
    private static readonly string[] Any = ["://*", "://+", "://0.0.0.0", "://[::]"];

    /// <summary>Those without a certificate first. Empty before the server listens.</summary>
    public static IReadOnlyList<Uri> Of(IServer server) =>
        [.. (server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [])
            .Select(text => Any.Aggregate(text, static (text, any) => text.Replace(any, "://127.0.0.1", StringComparison.Ordinal)))
            .Select(text => Uri.TryCreate(text, UriKind.Absolute, out var address) ? address : null)
            .OfType<Uri>()
            .OrderBy(address => address.Scheme != Uri.UriSchemeHttp)];
}
