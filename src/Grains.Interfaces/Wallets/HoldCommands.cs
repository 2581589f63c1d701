namespace Platform.Wallets;

/// <summary>Sets an amount aside for a later capture, at most <see cref="ExpiresIn"/> seconds long. Its transaction's id is the hold's.</summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.hold")]
public sealed record Hold(
    CommandContext Context,
    [property: Id(0)] Money Amount,
    [property: Id(1)] int ExpiresIn,
    [property: Id(2)] string Reason,
    [property: Id(3)] string? Reference,
    [property: Id(4)] IReadOnlyDictionary<string, string>? Metadata,
    [property: Id(5)] string? ActivityType = null) : Command(Context);

/// <summary>Takes what a hold set aside, or a part of it; the rest becomes available again. Ends the hold.</summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.capture")]
public sealed record Capture(
    CommandContext Context,
    [property: Id(0)] Guid HoldId,
    [property: Id(1)] Money? Amount) : Command(Context);

/// <summary>Gives back what a hold set aside. Ends the hold.</summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.void")]
public sealed record VoidHold(CommandContext Context, [property: Id(0)] Guid HoldId) : Command(Context);

/// <summary>Ends holds and promotional credit whose time has come; does nothing where there is none.</summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.expire-due")]
public sealed record ExpireDue(CommandContext Context) : Command(Context);
