namespace Platform.Grains.Engine.Entities;

/// <summary>
/// What a decision may use besides the state: the entity, the version that an accepted command gets, the caller and the time.
/// </summary>
public readonly record struct DecisionContext(EntityKey Key, long NextVersion, CommandContext Caller, DateTimeOffset Now)
{
    /// <summary>True if a super admin of the platform acts on another organisation, otherwise null. Events store it like this.</summary>
    public bool? ByPlatform =>
        Caller.OrganisationId == Platform.Caller.Platform && Key.OrganisationId != Platform.Caller.Platform ? true : null;
}

/// <summary>
/// The outcome of a decision: the events of an accepted command, or the error of a refused one. An event, an array of events and an
/// error convert to it implicitly.
/// </summary>
public readonly record struct Decision<TEvent>
    where TEvent : class
{
    private readonly TEvent[]? _events;

    private Decision(TEvent[]? events, Error? error) => (_events, Error) = (events, error);

    /// <summary>The command is accepted and changes nothing.</summary>
    public static Decision<TEvent> Unchanged => default;

    public TEvent[] Events => _events ?? [];

    public Error? Error { get; }

    public static implicit operator Decision<TEvent>(TEvent @event) => new([@event], null);

    public static implicit operator Decision<TEvent>(TEvent[] events) => new(events, null);

    public static implicit operator Decision<TEvent>(Error error) => new(null, error);
}
