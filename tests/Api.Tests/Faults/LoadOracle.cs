using System.Collections.Concurrent;
using Platform.Testing;

namespace Platform.Api.Tests.Faults;

/// <summary>
/// A client that charges many wallets concurrently through all APIs and records every answer. Afterwards it retries requests with unknown
/// outcomes, using the same keys, and checks that the platform kept every promise.
/// </summary>
internal sealed partial class LoadOracle : IAsyncDisposable
{
    private const long Rich = 100_000_000;
    private const long Poor = 2_000;
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentQueue<Attempt> _attempts = new();
    private readonly ConcurrentQueue<string> _violations = new();
    private readonly ConcurrentDictionary<string, int> _failures = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly string _connectionString;
    private readonly Tenant _tenant;
    private readonly Tenant _bystander;
    private readonly LoadedWallet[] _accounts;
    private readonly string _bystanderWallet;
    private readonly string _bystanderBefore;
    private Task _working = Task.CompletedTask;
    private int _acknowledged;
    private long _slowest;

    private LoadOracle(string connectionString, Tenant tenant, LoadedWallet[] accounts, Tenant bystander,
        string bystanderWallet, string bystanderBefore) =>
        (_connectionString, _tenant, _accounts, _bystander, _bystanderWallet, _bystanderBefore) =
        (connectionString, tenant, accounts, bystander, bystanderWallet, bystanderBefore);

    /// <summary>Charges acknowledged so far.</summary>
    public int Acknowledged => Volatile.Read(ref _acknowledged);

    /// <summary>The numbers of acknowledged and failed requests, by kind of failure.</summary>
    public string Summary =>
        $"{Acknowledged} charges acknowledged, {Failed} requests failed: " +
        string.Join(", ", _failures.OrderBy(pair => pair.Key).Select(pair => $"{pair.Value} x {pair.Key}")) +
        $"; the slowest answer took {Slowest.TotalSeconds:0.0} s";

    public TimeSpan Slowest => TimeSpan.FromTicks(Interlocked.Read(ref _slowest));

    public int Failed => _failures.Values.Sum();

    /// <summary>Opens the wallets, two of them with little money so that they run out, and starts the load.</summary>
    public static async Task<LoadOracle> StartAsync(string connectionString, IReadOnlyList<Uri> apis, int wallets = 24, int workers = 12)
    {
        var bystander = await Tenant.RegisterAsync(apis);
        var bystanderWallet = await bystander.OpenWalletAsync(Poor);
        Assert.Equal(201, (await bystander.ChargeAsync(bystanderWallet, 7, Tenant.NewKey())).Status);
        var tenant = await Tenant.RegisterAsync(apis);
        var accounts = await Task.WhenAll(Enumerable.Range(0, wallets).Select(async i =>
        {
            var cents = i < 2 ? Poor : Rich;
            return new LoadedWallet(await tenant.OpenWalletAsync(cents), cents);
        }));
        var oracle = new LoadOracle(
            connectionString, tenant, accounts, bystander, bystanderWallet, await SeenByAsync(bystander, bystanderWallet));
        oracle._working = Task.WhenAll(Enumerable.Range(0, workers).Select(worker => Task.Run(() => oracle.WorkAsync(new Random(worker)))));
        return oracle;
    }

    /// <summary>Waits until this many more charges are acknowledged.</summary>
    public async Task ProgressAsync(int charges = 400)
    {
        var until = Acknowledged + charges;
        await UntilAsync(() => Acknowledged >= until, TimeSpan.FromSeconds(30), $"{charges} more charges are acknowledged");
    }

    /// <summary>Waits until every wallet has answered a request sent from now on. Returns how long that took.</summary>
    public async Task<TimeSpan> RecoveryAsync(TimeSpan within)
    {
        var now = TimeProvider.System.GetTimestamp();
        await UntilAsync(() => _accounts.All(account => account.LastAnswered >= now), within, "every wallet answers again");
        return TimeProvider.System.GetElapsedTime(now);
    }

    /// <summary>Waits until this many more requests have failed.</summary>
    public Task WaitForFailuresAsync(int requests)
    {
        var until = Failed + requests;
        return UntilAsync(() => Failed >= until, TimeSpan.FromSeconds(30), $"{requests} more requests have failed");
    }

    /// <summary>Stops the load and finds the outcome of every attempt.</summary>
    public async Task SettleAsync()
    {
        await _stopping.CancelAsync();
        await _working;
        var open = _attempts.Where(attempt => attempt.Verdict is null).ToList();
        await Parallel.ForEachAsync(open, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (attempt, _) =>
        {
            var turn = 0;
            await Eventually.HoldsAsync(
                async () =>
                {
                    await ChargeAsync(attempt, turn++ % _tenant.Apis);
                    return attempt.Verdict is not null;
                },
                TimeSpan.FromSeconds(30), "an attempt with an unknown outcome is settled");
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _working;
        _stopping.Dispose();
        _tenant.Dispose();
        _bystander.Dispose();
    }

    private async Task UntilAsync(Func<bool> condition, TimeSpan within, string why)
    {
        try
        {
            await Eventually.HoldsAsync(condition, within, why);
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{late.Message}; {Summary}", late);
        }
    }

    private async Task WorkAsync(Random random)
    {
        for (var i = 1; !_stopping.IsCancellationRequested; i++)
        {
            var account = _accounts[random.Next(_accounts.Length)];
            var api = random.Next(_tenant.Apis);
            bool answered;
            if (i % 8 == 0)
            {
                answered = await ReadAsync(account, api);
            }
            else
            {
                var attempt = new Attempt(Tenant.NewKey(), account, random.Next(1, 300));
                _attempts.Enqueue(attempt);

                // Sometimes sends the same request twice concurrently, as an impatient proxy does.
                answered = i % 16 == 1
                    ? (await Task.WhenAll(ChargeAsync(attempt, api), ChargeAsync(attempt, (api + 1) % _tenant.Apis))).All(one => one)
                    : await ChargeAsync(attempt, api);
            }

            if (!answered)
            {
                await Task.Delay(PauseAfterFailure);
            }
        }
    }

    /// <summary>Sends the charge once. Returns false if the outcome is still unknown.</summary>
    private async Task<bool> ChargeAsync(Attempt attempt, int api)
    {
        var sent = TimeProvider.System.GetTimestamp();
        if (await SendAsync(() => _tenant.ChargeAsync(attempt.Wallet.Id, attempt.Cents, attempt.Key, api)) is not { } answer)
        {
            return false;
        }

        Verdict verdict;
        if (answer.Status == 201)
        {
            var json = answer.Json;
            verdict = new Verdict(json["id"]!.GetValue<string>(), json["sequence"]!.GetValue<long>(), Tenant.Cents(json["balanceAfter"]!));
        }
        else if (answer.Code == "insufficient-funds")
        {
            verdict = Verdict.Refused;
        }
        else
        {
            _violations.Enqueue($"a charge was answered {answer.Status} {answer.Body}");
            return false;
        }

        var first = attempt.Verdict is null;
        if (!attempt.Record(verdict))
        {
            _violations.Enqueue($"a key had two outcomes: {attempt.Verdict} and {verdict}");
        }

        attempt.Wallet.Answered(sent, verdict.Sequence);
        if (first && verdict.IsAccepted)
        {
            Interlocked.Increment(ref _acknowledged);
        }

        return true;
    }

    /// <summary>Reads a wallet, which must show everything acknowledged before the request.</summary>
    private async Task<bool> ReadAsync(LoadedWallet account, int api)
    {
        var known = account.Acknowledged;
        if (await SendAsync(() => _tenant.GetAsync($"wallets/{account.Id}", api)) is not { } answer)
        {
            return false;
        }

        // Version 1 opened the wallet; version 2 is sequence 1.
        if (answer.Status != 200 || answer.Json["version"]!.GetValue<long>() < known + 1)
        {
            _violations.Enqueue($"sequence {known} was acknowledged, then a read was answered {answer.Status} {answer.Body}");
        }

        return true;
    }

    /// <summary>Returns null without an answer, or with one that leaves the outcome open.</summary>
    private async Task<HttpAnswer?> SendAsync(Func<Task<HttpAnswer>> send)
    {
        string failure;
        try
        {
            var answer = await send();
            LoadedWallet.Raise(ref _slowest, answer.Took.Ticks);
            if (!answer.IsUnavailable)
            {
                return answer;
            }

            failure = $"503 {answer.Code}";
        }
        catch (HttpRequestException)
        {
            failure = "no answer";
        }
        catch (TaskCanceledException)
        {
            failure = "timeout";
            _violations.Enqueue($"nothing was answered within {Tenant.RequestTimeout.TotalSeconds} s");
        }

        _failures.AddOrUpdate(failure, 1, static (_, count) => count + 1);
        return null;
    }

    private static async Task<string> SeenByAsync(Tenant tenant, string wallet) =>
        (await tenant.GetAsync($"wallets/{wallet}")).Body + string.Join(',', await tenant.TransactionsAsync(wallet));
}
