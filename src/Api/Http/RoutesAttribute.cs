namespace Platform.Api.Http;

/// <summary>
/// Marks a static class with one public method <c>Map..(RouteGroupBuilder)</c>; the host finds it and maps its routes below <c>/api/v1</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class RoutesAttribute : Attribute;
