using Platform.Wallets;

namespace Platform.Api.Http;

/// <summary>Collects every field at fault in a request, so that the caller can mend all at once. Entities validate again.</summary>
public sealed class Validation
{
    private List<FieldError>? _errors;

    /// <summary>Adds the error of the domain if the condition does not hold.</summary>
    public Validation Require(bool holds, Error otherwise)
    {
        if (!holds)
        {
            Add(otherwise.Field ?? "", otherwise.Code, otherwise.Message);
        }

        return this;
    }

    /// <summary>A text of this many characters, without control characters other than line breaks and tabs.</summary>
    public Validation Text(string? text, int min, int max, Error otherwise) =>
        Require(text is null ? min == 0 : Platform.Text.IsText(text, min, max), otherwise);

    /// <summary>As <see cref="Text"/>, for a field that may be left out.</summary>
    public Validation OptionalText(string? text, int min, int max, Error otherwise) =>
        Require(text is null || Platform.Text.IsText(text, min, max), otherwise);

    /// <summary>A name that others are shown (<see cref="Platform.Text.IsName"/>).</summary>
    public Validation Name(string? name, Error otherwise) => Require(Platform.Text.IsName(name), otherwise);

    /// <summary>As <see cref="Name"/>, for a field that may be left out.</summary>
    public Validation OptionalName(string? name, Error otherwise) => Require(name is null || Platform.Text.IsName(name), otherwise);

    /// <summary>A positive amount that a request may name, or null for a field that is left out.</summary>
    public Validation Amount(Money? amount) =>
        amount is { } named ? Require(WalletRules.IsAmount(named), WalletErrors.AmountOutOfRange(named.Currency)) : this;

    /// <summary>At most 20 entries, keys of 1 to 40 and values of at most 500 characters.</summary>
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
