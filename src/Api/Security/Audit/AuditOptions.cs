namespace Platform.Api.Security.Audit;

/// <summary>Settings of the audit log (section <c>Audit</c>).</summary>
public sealed class AuditOptions
{
    public const int DefaultPerSource = 20;

    /// <summary>
    /// How many different refusals of one source get their own row in a minute; the rest share one. Raise it if many users share an
    /// address.
    /// </summary>
    public int PerSource { get; set; } = DefaultPerSource;
}
