namespace Platform.Api.Tests.Faults;

/// <summary>
/// Commands of a domain for the fault suite. The suite finds every subclass and sends its commands, in a new organisation each time, while
/// processes die or hang and connections break (<see cref="DomainFaultTests"/>, <see cref="ClusterTests"/>). The subclass defines how to
/// send a command and what must hold afterwards.
/// </summary>
internal abstract class DomainFaults : IDisposable
{
    /// <summary>The number of pending commands when a silo dies.</summary>
    public virtual int Commands => 30;

    /// <summary>The steps of a command at which the process is killed.</summary>
    public virtual IReadOnlyList<Kill> Kills => [];

    /// <summary>Whether all but one of many identical concurrent requests are marked as replayed.</summary>
    public virtual bool TellsRepetitions => true;

    /// <summary>The organisation that it works in.</summary>
    public Guid Organisation => Tenant.Organisation;

    protected Tenant Tenant { get; private set; } = null!;

    /// <summary>The connection string of the platform's database.</summary>
    protected string ConnectionString { get; private set; } = "";

    /// <summary>One instance per domain, not yet prepared.</summary>
    public static IReadOnlyList<DomainFaults> All() =>
    [
        .. typeof(DomainFaults).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(DomainFaults)) && !type.IsAbstract)
            .OrderBy(type => type.Name, StringComparer.Ordinal).Select(type => (DomainFaults)Activator.CreateInstance(type)!),
    ];

    /// <summary>Prepares all domains, each in its own organisation, for the given or default number of commands.</summary>
    public static Task<DomainFaults[]> BeginAllAsync(string connectionString, IReadOnlyList<Uri> apis, int? commands = null) =>
        Task.WhenAll(All().Select(async domain =>
        {
            await domain.BeginAsync(connectionString, apis, commands ?? domain.Commands);
            return domain;
        }));

    public async Task BeginAsync(string connectionString, IReadOnlyList<Uri> apis, int commands)
    {
        (Tenant, ConnectionString) = (await Tenant.RegisterAsync(apis), connectionString);
        await PrepareAsync(commands);
    }

    /// <summary>Creates what this many commands need.</summary>
    protected abstract Task PrepareAsync(int commands);

    /// <summary>Sends one command, once.</summary>
    public abstract Task<HttpAnswer> SendAsync(int number, string key, int api);

    /// <summary>Whether this refusal is a valid outcome of a command.</summary>
    public virtual bool MayBeRefused(HttpAnswer answer) => false;

    /// <summary>The state of the only command so far, as one word.</summary>
    public abstract Task<string> StateAsync();

    /// <summary>Fails unless the commands took effect exactly as answered.</summary>
    public abstract Task CheckAsync(IReadOnlyList<HttpAnswer> answers);

    /// <summary>Sends one command until the answer is definite.</summary>
    public async Task<HttpAnswer> SettleAsync(int number, string key, int api)
    {
        var answer = await AskAgainAsync(() => SendAsync(number, key, api));
        Assert.True(answer.IsAccepted || MayBeRefused(answer), $"{this}: {answer.Status} {answer.Body}");
        return answer;
    }

    public void Dispose() => Tenant?.Dispose();

    public override string ToString() => GetType().Name;

    /// <summary>Retries while the answer is 503, as a client does.</summary>
    protected static async Task<HttpAnswer> AskAgainAsync(Func<Task<HttpAnswer>> ask)
    {
        var began = TimeProvider.System.GetTimestamp();
        var answer = await ask();
        while (answer.IsUnavailable && TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(60))
        {
            answer = await ask();
        }

        return answer;
    }
}

/// <summary>
/// A kill while the row of this event is being written: the row is either committed without an answer, or lost. Ends are the allowed
/// states of the command before anyone retries.
/// </summary>
internal sealed record Kill(string Entity, string Event, bool Written, params string[] Ends)
{
    public override string ToString() => $"{Entity} {Event} {(Written ? "written" : "lost")}";
}
