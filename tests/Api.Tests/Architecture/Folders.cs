namespace Platform.Api.Tests.Architecture;

/// <summary>
/// Folders of a project and the arrows between them: one folder refers to another if a type in it names a type in the other. A folder is
/// the part of the namespace behind the project's own.
/// </summary>
internal sealed class Folders
{
    private readonly string _project;
    private readonly Dictionary<(string From, string To), List<TypeReference>> _arrows;

    public Folders(string project, IEnumerable<TypeReference> references)
    {
        _project = $"{project}.";
        _arrows = references.Select(one => (From: FolderOf(one.From), To: FolderOf(one.To), Reference: one))
            .Where(one => one is { From: not null, To: not null } && one.From != one.To)
            .GroupBy(one => (one.From!, one.To!), one => one.Reference)
            .ToDictionary(arrow => arrow.Key, arrow => arrow.ToList());
    }

    public IEnumerable<string> Names => _arrows.Keys.SelectMany(arrow => new[] { arrow.From, arrow.To }).Distinct();

    /// <summary>What is wrong, a line for each pair of types: arrows that are not allowed.</summary>
    public IReadOnlyList<string> Forbidden(Func<string, string, bool> allows) =>
        [.. _arrows.Keys.Where(arrow => !allows(arrow.From, arrow.To)).SelectMany(Lines).Order(StringComparer.Ordinal)];

    /// <summary>
    /// The arrows that lie on a circle, a line for each pair of types, the arrow with the fewest first: that is mostly the one to break.
    /// </summary>
    public IReadOnlyList<string> Circles() =>
        [.. _arrows.Where(arrow => Leads(arrow.Key.To, arrow.Key.From)).OrderBy(arrow => arrow.Value.Count)
            .ThenBy(arrow => arrow.Key.ToString(), StringComparer.Ordinal).SelectMany(arrow => Lines(arrow.Key))];

    private bool Leads(string from, string to)
    {
        var (seen, ahead) = (new HashSet<string>(StringComparer.Ordinal) { from }, new Queue<string>([from]));
        while (ahead.TryDequeue(out var at))
        {
            if (at == to)
            {
                return true;
            }

            foreach (var next in _arrows.Keys.Where(arrow => arrow.From == at && seen.Add(arrow.To)))
            {
                ahead.Enqueue(next.To);
            }
        }

        return false;
    }

    private IEnumerable<string> Lines((string From, string To) arrow) => _arrows[arrow]
        .Select(reference => $"{Short(reference.From)} -> {Short(reference.To)}").Distinct().Order(StringComparer.Ordinal);

    private string? FolderOf(string type) =>
        type.StartsWith(_project, StringComparison.Ordinal) && type[_project.Length..].Split('.') is [var folder, _, ..] ? folder : null;

    private string Short(string type) => type[_project.Length..];
}
