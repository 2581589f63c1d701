namespace Platform.Api.Tests.Architecture;

/// <summary>Types that reference another type, each in a different way, for the test of <see cref="TypeReferences"/>.</summary>
internal static class Examples
{
    public const string InBody = nameof(Architecture.InBody);
    public const string InLambda = nameof(Architecture.InLambda);
    public const string InAsync = nameof(Architecture.InAsync);
    public const string InTypeArgument = nameof(Architecture.InTypeArgument);
    public const string InSignature = nameof(Architecture.InSignature);
    public const string InField = nameof(Architecture.InField);
    public const string InBase = nameof(Architecture.InBase);
    public const string InConstraint = nameof(Architecture.InConstraint);
    public const string InAttribute = nameof(Architecture.InAttribute);
    public const string NamedAttribute = nameof(Architecture.NamedAttribute);
}

[AttributeUsage(AttributeTargets.Class)]
internal class NamedAttribute : Attribute
{
    public static int Count() => 1;
}

internal static class InBody
{
    public static int Value() => NamedAttribute.Count();
}

internal static class InLambda
{
    public static Func<int> Value() => static () => NamedAttribute.Count();
}

internal static class InAsync
{
    public static async Task<int> ValueAsync()
    {
        await Task.Yield();
        return NamedAttribute.Count();
    }
}

internal static class InTypeArgument
{
    public static int Value() => Array.Empty<NamedAttribute>().Length;
}

internal static class InSignature
{
    public static void Take(IReadOnlyList<NamedAttribute>? value) => _ = value;
}

internal static class InField
{
    public static NamedAttribute[]? Value { get; set; }
}

internal sealed class InBase : NamedAttribute;

internal static class InConstraint
{
    public static void Take<T>(T value)
        where T : NamedAttribute => _ = value;
}

[Named]
internal static class InAttribute;
