using System.Diagnostics.CodeAnalysis;

namespace Platform;

/// <summary>What became of a command or question: a value, or the error why not. <see cref="Replayed"/> marks a stored reply.</summary>
[GenerateSerializer, Immutable, Alias("platform.result`1")]
public readonly record struct Result<T>(
    [property: Id(0)] T? Value,
    [property: Id(1)] Error? Error,
    [property: Id(2)] bool Replayed = false)
{
    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsSuccess => Error is null;

    public static implicit operator Result<T>(T value) => new(value, null);

    public static implicit operator Result<T>(Error error) => new(default, error);

    /// <summary>The value in another shape; an error passes through.</summary>
    public Result<TOther> Map<TOther>(Func<T, TOther> map) =>
        IsSuccess ? new Result<TOther>(map(Value), null, Replayed) : new Result<TOther>(default, Error, Replayed);
}
