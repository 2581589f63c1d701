using Platform.Identity;

namespace Platform.Api.Identity.External;

/// <summary>Examples of requests and responses for the API document.</summary>
[Examples]
public static class ExternalExamples
{
    public static readonly object[] All =
    [
        new Page<ExternalIdentityView>(
            [new ExternalIdentityView(Sample.TransactionId, "google", "https://accounts.google.com", "11769150176", "ada@example.com",
            Sample.At)], null),
    ];
}
