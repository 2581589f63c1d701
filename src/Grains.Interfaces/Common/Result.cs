using System.Diagnostics.CodeAnalysis;

namespace Platform;

/// <summary>The result of a command or query: a value or an error. <see cref="Replayed"/> is true for a stored reply.</summary>
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

    /// <summary>Converts the value; passes an error on.</summary>
    public Result<TOther> Map<TOther>(Func<T, TOther> map) =>
        IsSuccess ? new Result<TOther>(map(Value), null, Replayed) : new Result<TOther>(default, Error, Replayed);
}
