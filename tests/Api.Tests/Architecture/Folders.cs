namespace Platform.Api.Tests.Architecture;

/// <summary>
/// The folders of a project and their dependencies: a folder depends on another if one of its types references a type there. The folder is
/// the first part of the namespace after the project's.
/// </summary>
internal sealed class Folders
{
    private readonly string _project;
    private readonly Dictionary<(string From, string To), List<TypeReference>> _dependencies;

    public Folders(string project, IEnumerable<TypeReference> references)
    {
        _project = $"{project}.";
        _dependencies = references.Select(one => (From: FolderOf(one.From), To: FolderOf(one.To), Reference: one))
            .Where(one => one is { From: not null, To: not null } && one.From != one.To)
            .GroupBy(one => (one.From!, one.To!), one => one.Reference)
            .ToDictionary(edge => edge.Key, edge => edge.ToList());
    }

    public IEnumerable<string> Names => _dependencies.Keys.SelectMany(edge => new[] { edge.From, edge.To }).Distinct();

    /// <summary>The dependencies that are not allowed, one line per pair of types.</summary>
    public IReadOnlyList<string> Forbidden(Func<string, string, bool> allows) =>
        [.. _dependencies.Keys.Where(edge => !allows(edge.From, edge.To)).SelectMany(Lines).Order(StringComparer.Ordinal)];

    /// <summary>
    /// The dependencies that are part of a cycle, one line per pair of types. Those with the fewest references come first: they are usually
    /// the ones to break.
    /// </summary>
    public IReadOnlyList<string> Cycles() =>
        [.. _dependencies.Where(edge => IsReachable(edge.Key.To, edge.Key.From)).OrderBy(edge => edge.Value.Count)
            .ThenBy(edge => edge.Key.ToString(), StringComparer.Ordinal).SelectMany(edge => Lines(edge.Key))];

    private bool IsReachable(string from, string to)
    {
        var (visited, queue) = (new HashSet<string>(StringComparer.Ordinal) { from }, new Queue<string>([from]));
        while (queue.TryDequeue(out var at))
        {
            if (at == to)
            {
                return true;
            }

            foreach (var next in _dependencies.Keys.Where(edge => edge.From == at && visited.Add(edge.To)))
            {
                queue.Enqueue(next.To);
            }
        }

        return false;
    }

    private IEnumerable<string> Lines((string From, string To) edge) => _dependencies[edge]
        .Select(reference => $"{Short(reference.From)} -> {Short(reference.To)}").Distinct().Order(StringComparer.Ordinal);

    private string? FolderOf(string type) =>
        type.StartsWith(_project, StringComparison.Ordinal) && type[_project.Length..].Split('.') is [var folder, _, ..] ? folder : null;

    private string Short(string type) => type[_project.Length..];
}
