namespace Platform.Grains.Engine.Entities;

/// <summary>What a decision may know besides the state: the entity, the version that acceptance would make, the caller, the instant.</summary>
public readonly record struct DecisionContext(EntityKey Key, long NextVersion, CommandContext Caller, DateTimeOffset Now)
{
    /// <summary>True where a super admin of the platform acts on another organisation, and null where not: events keep it so.</summary>
    public bool? ByPlatform => Caller.OrganisationId == Platform.Caller.Platform && Key.OrganisationId != Platform.Caller.Platform ? true : null;
}

/// <summary>The outcome of a decision: events with the reply, or a refusal.</summary>
public readonly record struct Decision<TEvent, TReply>
{
    private Decision(IReadOnlyList<TEvent> events, TReply? reply, Error? error) => (Events, Reply, Error) = (events, reply, error);

    public IReadOnlyList<TEvent> Events { get; }

    public TReply? Reply { get; }

    public Error? Error { get; }

    public static Decision<TEvent, TReply> Accept(TReply reply, params IReadOnlyList<TEvent> events) => new(events, reply, null);

    public static implicit operator Decision<TEvent, TReply>(Error error) => new([], default, error);
}
