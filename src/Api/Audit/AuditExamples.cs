using Platform.Audit;

namespace Platform.Api.Audit;

/// <summary>Examples of answers for the OpenAPI document.</summary>
[Examples]
public static class AuditExamples
{
    public static readonly object[] All =
    [
        new Page<AuditItem>([AuditSamples.AuditItem], "AQx7mK3vT9sVAAAAAAAAAAI"),
    ];
}
