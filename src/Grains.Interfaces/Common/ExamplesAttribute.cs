namespace Platform;

/// <summary>
/// Marks a static class whose public static fields are examples for the API document: one of each type, or an array of examples. The document
/// finds them; a type that a route takes or answers needs one.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ExamplesAttribute : Attribute;
