namespace Platform;

/// <summary>
/// Marks a static class whose public static fields are examples for the API document: one example of each type, or an array. The
/// document finds them by itself. Every type that a route accepts or returns needs one.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ExamplesAttribute : Attribute;
