using Platform.Wallets;

namespace Platform.Api.Http;

/// <summary>Collects all invalid fields of a request, so that the caller can fix them at once. Entities validate again.</summary>
public sealed class Validation
{
    private List<FieldError>? _errors;

    /// <summary>Adds the error if the condition does not hold.</summary>
    public Validation Require(bool holds, Error otherwise)
    {
        if (!holds)
        {
            Add(otherwise.Field ?? "", otherwise.Code, otherwise.Message);
        }

        return this;
    }

    /// <summary>Requires a text of this length without control characters, except line breaks and tabs.</summary>
    public Validation Text(string? text, int min, int max, Error otherwise) =>
        Require(text is null ? min == 0 : Platform.Text.IsText(text, min, max), otherwise);

    /// <summary>As <see cref="Text"/>, for an optional field.</summary>
    public Validation OptionalText(string? text, int min, int max, Error otherwise) =>
        Require(text is null || Platform.Text.IsText(text, min, max), otherwise);

    /// <summary>Requires a valid display name (<see cref="Platform.Text.IsName"/>).</summary>
    public Validation Name(string? name, Error otherwise) => Require(Platform.Text.IsName(name), otherwise);

    /// <summary>As <see cref="Name"/>, for an optional field.</summary>
    public Validation OptionalName(string? name, Error otherwise) => Require(name is null || Platform.Text.IsName(name), otherwise);

    /// <summary>Requires a positive amount in range; null is allowed for an optional field.</summary>
    public Validation Amount(Money? amount) =>
        amount is { } named ? Require(WalletRules.IsAmount(named), WalletErrors.AmountOutOfRange(named.Currency)) : this;

    /// <summary>Allows at most 20 entries, keys of 1 to 40 characters and values of at most 500.</summary>
    public Validation Metadata(IReadOnlyDictionary<string, string>? metadata, Error otherwise) =>
        Require(Platform.Metadata.IsValid(metadata), otherwise);

    public Validation Add(string pointer, string code, string message)
    {
        (_errors ??= []).Add(new FieldError(pointer, code, message));
        return this;
    }

    public void ThrowIfFailed()
    {
        if (_errors is not null)
        {
            throw new ProblemException(Problems.Invalid(_errors));
        }
    }
}
