using Platform.Testing;

namespace Platform.Api.Tests.Faults;

/// <summary>
/// All commands of all domains, sent concurrently through both APIs and retried until each has an outcome. Disposes the domains.
/// </summary>
internal sealed class PendingCommands : IDisposable
{
    private readonly (DomainFaults Domain, Task<HttpAnswer>[] Answers)[] _domains;
    private int _answered;

    public PendingCommands(IEnumerable<DomainFaults> domains) => _domains =
    [
        .. domains.Select(domain => (domain, Enumerable.Range(0, domain.Commands).Select(number => SendAsync(domain, number)).ToArray())),
    ];

    private int Sent => _domains.Sum(domain => domain.Answers.Length);

    /// <summary>Waits until half of them are answered.</summary>
    public Task HalfAsync() => Eventually.HoldsAsync(
        () => Volatile.Read(ref _answered) >= Sent / 2, TimeSpan.FromSeconds(60), "half of the commands are answered");

    /// <summary>Waits for the rest and checks each domain.</summary>
    public async Task CheckAsync()
    {
        foreach (var (domain, answers) in _domains)
        {
            await domain.CheckAsync(await Task.WhenAll(answers));
        }
    }

    public void Dispose()
    {
        foreach (var (domain, _) in _domains)
        {
            domain.Dispose();
        }
    }

    private async Task<HttpAnswer> SendAsync(DomainFaults domain, int number)
    {
        var answer = await domain.SettleAsync(number, Tenant.NewKey(), number % 2);
        Interlocked.Increment(ref _answered);
        return answer;
    }
}
