using System.Text.RegularExpressions;
using Platform.Testing;

namespace Platform.Api.Tests.Host.Telemetry;

/// <summary>The metrics that Prometheus reads from the management port.</summary>
[Collection(ApiCollection.Name)]
public sealed partial class MetricsTests(ApiFixture api)
{
    [Fact]
    public async Task Every_documented_metric_is_reported_on_the_management_port()
    {
        var documented = Documented();
        Assert.True(documented.Count > 15, "The table of metrics was not found in docs/operations.md.");
        var account = await api.RegisterAsync();
        await using var hub = await HubClient.ConnectAsync(api.Address, account.Token);
        await hub.InvokeAsync("Subscribe", "overview");
        await hub.WaitForCallAsync("snapshot");
        (await account.DepositAsync("5")).Is(201);
        await hub.WaitForCallAsync("update");
        const string Hours = "bucket=hour&from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z";
        (await account.GetAsync($"/api/v1/metrics/wallet.deposits/series?{Hours}")).Is(200);
        await using (await HubClient.ConnectAsync(api.Address, account.Token))
        {
            // Only a connection that has ended has a duration.
        }

        await Eventually.HoldsAsync(
            async () =>
            {
                var names = PrometheusText.Parse(await ScrapeAsync()).Types.Keys;
                Assert.All(documented, one => Assert.Contains(names, name => Fits(name, one)));
                return true;
            },
            TimeSpan.FromSeconds(20),
            "every name in docs/operations.md is reported");
    }

    [Fact]
    public async Task Metrics_are_in_prometheus_format_and_name_no_organisation()
    {
        var account = await api.RegisterAsync();
        (await account.DepositAsync("1")).Is(201);
        using var http = new HttpClient();
        using var answer = await http.GetAsync(MetricsAddress());
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        var text = await answer.Content.ReadAsStringAsync();
        var metrics = PrometheusText.Parse(text);
        Assert.Equal("histogram", metrics.Types["http_server_request_duration_seconds"]);
        Assert.Equal("counter", metrics.Types["platform_streams_deliveries_total"]);
        Assert.Equal("gauge", metrics.Types["platform_journal_queue_depth"]);
        Assert.DoesNotContain(account.OrganisationId, text, StringComparison.Ordinal);
        Assert.DoesNotContain("otel_metric_overflow", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Histograms_have_the_bounds_of_the_platform()
    {
        (await (await api.RegisterAsync()).DepositAsync("1")).Is(201);
        var metrics = PrometheusText.Parse(await ScrapeAsync());
        Assert.Equal(
            ["0.0005", "0.001", "0.0025", "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "+Inf"],
            BoundsOf(metrics, "platform_journal_commit_duration_seconds"));
        Assert.Equal("10000", BoundsOf(metrics, "orleans_app_requests_latency_milliseconds")[^2]);
        Assert.Equal("1000000", BoundsOf(metrics, "platform_journal_batch_size")[^2]);
    }

    [Fact]
    public async Task Counters_of_faults_start_at_zero()
    {
        (await (await api.RegisterAsync()).DepositAsync("1")).Is(201);
        await Eventually.HoldsAsync(
            async () => PrometheusText.Parse(await ScrapeAsync()).Samples
                .Any(sample => sample is { Name: "platform_streams_quarantined_total", Value: 0 }),
            TimeSpan.FromSeconds(20),
            "a consumer reports zero quarantined events");
        Assert.Contains(PrometheusText.Parse(await ScrapeAsync()).Samples, sample => sample.Name == "platform_journal_shed_total");
    }

    [Fact]
    public async Task The_public_port_serves_no_metrics_and_the_management_port_nothing_else()
    {
        var answer = (await api.SendAsync(HttpMethod.Get, "/metrics")).IsProblem(404);
        Assert.DoesNotContain("platform_", answer.Body, StringComparison.Ordinal);
        using var http = new HttpClient();
        using var other = await http.GetAsync(new Uri(MetricsAddress(), "/health/live"));
        Assert.Equal(404, (int)other.StatusCode);
        Assert.Equal("application/problem+json", other.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task Hundreds_of_activations_leave_no_line_of_polly_in_the_log()
    {
        var account = await api.RegisterAsync();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 300),
            async (number, _) => (await account.GetAsync($"/api/v1/wallets/00000000-0000-7000-8000-{number:d12}")).IsProblem(404));
        Assert.DoesNotContain("\"Polly\"", api.Log, StringComparison.Ordinal);
    }

    private static bool Fits(string name, string documented) =>
        documented.EndsWith('*') ? name.StartsWith(documented[..^1], StringComparison.Ordinal) : name == documented;

    private static List<string> BoundsOf(PrometheusText metrics, string name) =>
        [.. metrics.Samples.Where(sample => sample.Name == $"{name}_bucket").Select(sample => sample.Labels["le"]).Distinct()];

    private async Task<string> ScrapeAsync()
    {
        using var http = new HttpClient();
        return await http.GetStringAsync(MetricsAddress());
    }

    private Uri MetricsAddress() => new(Address().Match(api.Log).Value);

    /// <summary>The first column of the table of metrics.</summary>
    private static List<string> Documented()
    {
        var lines = File.ReadLines(Path.Combine(ApiDocument.Root, "docs", "operations.md"));
        return [.. lines.SkipWhile(line => line != "| Name | Meaning | Look when |").TakeWhile(line => line.StartsWith('|'))
            .SelectMany(line => Name().Matches(line.Split('|')[1]).Select(name => name.Groups[1].Value))];
    }

    [GeneratedRegex("http://127.0.0.1:[0-9]+/metrics")]
    private static partial Regex Address();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Name();
}
