namespace Platform.Wallets;

/// <summary>Reserves an amount for <see cref="ExpiresIn"/> seconds. The transaction's id is the id of the hold.</summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.hold")]
public sealed record Hold(
    CommandContext Context,
    [property: Id(0)] Money Amount,
    [property: Id(1)] int ExpiresIn,
    [property: Id(2)] string Reason,
    [property: Id(3)] string? Reference,
    [property: Id(4)] IReadOnlyDictionary<string, string>? Metadata,
    [property: Id(5)] string? ActivityType = null) : Command(Context);

/// <summary>Captures a hold in whole or in part and releases the rest. Ends the hold.</summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.capture")]
public sealed record Capture(
    CommandContext Context,
    [property: Id(0)] Guid HoldId,
    [property: Id(1)] Money? Amount) : Command(Context);

/// <summary>Releases the amount of a hold. Ends the hold.</summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.void")]
public sealed record VoidHold(CommandContext Context, [property: Id(0)] Guid HoldId) : Command(Context);

/// <summary>Ends expired holds and promotional credit; does nothing if there is none.</summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.expire-due")]
public sealed record ExpireDue(CommandContext Context) : Command(Context);
