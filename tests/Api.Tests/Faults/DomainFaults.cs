using Platform.Testing;

namespace Platform.Api.Tests.Faults;

/// <summary>
/// Commands of a domain for the fault suite. The suite finds every class that derives from this one and sends its commands, each time in a
/// new organisation, while processes die or hang and connections break (<see cref="DomainFaultTests"/>, <see cref="ClusterTests"/>).
/// The domain says how a command is sent and what must hold afterwards.
/// </summary>
internal abstract class DomainFaults : IDisposable
{
    /// <summary>How many commands are under way when a silo dies.</summary>
    public virtual int Commands => 30;

    /// <summary>At which steps of a command the process is killed.</summary>
    public virtual IReadOnlyList<Kill> Kills => [];

    /// <summary>Whether of many equal requests at once all but one are answered as repetitions.</summary>
    public virtual bool TellsRepetitions => true;

    /// <summary>The organisation that it works in.</summary>
    public Guid Organisation => Tenant.Organisation;

    protected Tenant Tenant { get; private set; } = null!;

    /// <summary>Of the platform's database.</summary>
    protected string ConnectionString { get; private set; } = "";

    /// <summary>One of each domain, without a scene yet.</summary>
    public static IReadOnlyList<DomainFaults> All() =>
    [
        .. typeof(DomainFaults).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(DomainFaults)) && !type.IsAbstract)
            .OrderBy(type => type.Name, StringComparer.Ordinal).Select(type => (DomainFaults)Activator.CreateInstance(type)!),
    ];

    /// <summary>All of them, each in an organisation of its own and ready for as many commands as it wants, or as are given.</summary>
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

    /// <summary>Makes what so many commands need.</summary>
    protected abstract Task PrepareAsync(int commands);

    /// <summary>Sends one command, once.</summary>
    public abstract Task<HttpAnswer> SendAsync(int number, string key, int api);

    /// <summary>Whether a command may be refused like this.</summary>
    public virtual bool MayBeRefused(HttpAnswer answer) => false;

    /// <summary>What has become of the only command so far, in a word of the domain.</summary>
    public abstract Task<string> StateAsync();

    /// <summary>Fails unless the commands took place exactly as they were answered.</summary>
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

    /// <summary>As a client does that was told to ask later.</summary>
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
/// A kill as the row of this event is being written: the row then stands although nobody was told, or is lost. Ends: what may become of the
/// command before anyone asks again.
/// </summary>
internal sealed record Kill(string Entity, string Event, bool Written, params string[] Ends)
{
    public override string ToString() => $"{Entity} {Event} {(Written ? "written" : "lost")}";
}
