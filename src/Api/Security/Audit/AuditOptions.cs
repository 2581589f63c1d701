namespace Platform.Api.Security.Audit;

/// <summary>Settings of the audit log, section <c>Audit</c>.</summary>
public sealed class AuditOptions
{
    public const int DefaultPerSource = 20;

    /// <summary>How many different refusals of one source are told apart in a minute; more are one row. Raise it where many share an address.</summary>
    public int PerSource { get; set; } = DefaultPerSource;
}
