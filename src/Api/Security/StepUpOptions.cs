namespace Platform.Api.Security;

/// <summary>Settings of step-up, section <c>Auth</c>.</summary>
public sealed class StepUpOptions
{
    /// <summary>How long ago a user may have proved who they are, where a route gives or widens power.</summary>
    public TimeSpan StepUpAge { get; set; } = TimeSpan.FromMinutes(5);
}
