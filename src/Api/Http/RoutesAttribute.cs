namespace Platform.Api.Http;

/// <summary>
/// Marks a static class with one public method <c>Map..(RouteGroupBuilder)</c>. The host finds it and maps its routes under
/// <c>/api/v1</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class RoutesAttribute : Attribute;
