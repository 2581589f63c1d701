using System.Net.Sockets;
using System.Text;

namespace Platform.Api.Tests.Asvs;

/// <summary>Sends requests byte for byte, because ordinary clients normalise URLs.</summary>
internal static class RawRequest
{
    public static async Task<Answer> SendAsync(
        Uri address, string method, string target, string? token, params (string Name, string Value)[] headers)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, limit.Token);
        var head = new StringBuilder($"{method} {target} HTTP/1.1\r\nHost: {address.Authority}\r\nConnection: close\r\n");
        foreach (var (name, value) in token is null ? headers : [.. headers, ("Authorization", $"Bearer {token}")])
        {
            head.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(head.Append("\r\n").ToString()), limit.Token);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var answer = await reader.ReadToEndAsync(limit.Token);
        return new Answer(int.Parse(answer.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture), answer, null,
            new Dictionary<string, string>());
    }
}
