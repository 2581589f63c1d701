namespace Platform.Api.Security;

/// <summary>Settings of step-up (section <c>Auth</c>).</summary>
public sealed class StepUpOptions
{
    /// <summary>The maximum age of the sign-in for routes that give or widen power.</summary>
    public TimeSpan StepUpAge { get; set; } = TimeSpan.FromMinutes(5);
}
