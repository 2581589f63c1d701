namespace Platform.Api.Common;

/// <summary>Collects every field at fault in a request, so that the caller can mend all at once. Entities validate again.</summary>
public sealed class Validation
{
    private List<FieldError>? _errors;

    /// <summary>Adds the error of the domain where the condition does not hold.</summary>
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
        Require(text is null ? min == 0 : IsText(text, min, max), otherwise);

    /// <summary>As <see cref="Text"/>, where the field may be left out.</summary>
    public Validation OptionalText(string? text, int min, int max, Error otherwise) =>
        Require(text is null || IsText(text, min, max), otherwise);

    /// <summary>A positive amount that a request may name.</summary>
    public Validation Amount(Money amount, Error otherwise) =>
        Require(amount.Minor is > 0 and <= Money.MaxRequestMinor, otherwise);

    /// <summary>At most 20 entries, keys of 1 to 40 and values of at most 500 characters.</summary>
    public Validation Metadata(IReadOnlyDictionary<string, string>? metadata, Error otherwise)
    {
        if (metadata is null)
        {
            return this;
        }

        var holds = metadata.Count <= 20;
        foreach (var (key, value) in metadata)
        {
            holds &= IsText(key, 1, 40) && value is not null && IsText(value, 0, 500);
        }

        return Require(holds, otherwise);
    }

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

    private static bool IsText(string text, int min, int max)
    {
        if (text.Length < min || text.Length > max || (min > 0 && string.IsNullOrWhiteSpace(text)))
        {
            return false;
        }

        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsSurrogate(c))
            {
                if (!char.IsHighSurrogate(c) || i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1]))
                {
                    return false;
                }

                i++;
            }
            else if (char.IsControl(c) && c is not ('\n' or '\r' or '\t'))
            {
                return false;
            }
        }

        return true;
    }
}
