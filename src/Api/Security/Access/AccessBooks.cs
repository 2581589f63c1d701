using System.Collections.Concurrent;
using Platform.Access;
using Platform.Api.Http;
using Platform.Dealers;
using Platform.Grains.Access;
using Platform.Grains.Dealers;
using Platform.Grains.Engine.Registration;

namespace Platform.Api.Security.Access;

/// <summary>The roles and the dealer tree of an organisation, which give grants their meaning.</summary>
public sealed record AccessBook(RoleBook Roles, DealerTree Tree);

/// <summary>
/// Reads and caches the access books of organisations. Every read asks the entities whether the cached version is current, so an answer
/// is never stale and a tree is only sent again after it changed.
/// </summary>
[Singleton]
public sealed class AccessBooks(EntityGrains grains, AccessSignal signal)
{
    private const int Capacity = 10_000;
    private static readonly AccessBook None = new(RoleBook.BuiltIn, DealerTree.Empty);
    private readonly ConcurrentDictionary<Guid, AccessBook> _cached = new();

    /// <summary>
    /// Requires that the caller of grain calls is set (a <see cref="Call"/> sets it). Throws ProblemException if an entity does not answer.
    /// </summary>
    public async Task<AccessBook> ReadAsync(Guid organisationId)
    {
        var cached = _cached.GetValueOrDefault(organisationId, None);
        var accessTask = grains.Of<IAccessGrain>(IAccessGrain.KeyOf(organisationId))
            .AskAsync(grain => grain.GetAsync(cached.Roles.Version));
        var tree = await grains.Of<IDealersGrain>(IDealersGrain.KeyOf(organisationId))
            .AskAsync(grain => grain.GetTreeAsync(cached.Tree.Version));
        var access = await accessTask;
        if (!access.IsSuccess || !tree.IsSuccess)
        {
            throw new ProblemException(Problems.From((access.Error ?? tree.Error)!));
        }

        if (access.Value.CustomRoles is null && tree.Value.Nodes is null)
        {
            return cached;
        }

        var book = new AccessBook(
            access.Value.CustomRoles is null ? cached.Roles : RoleBook.Of(access.Value),
            tree.Value.Nodes is null ? cached.Tree : DealerTree.Of(tree.Value));
        if (_cached.Count >= Capacity)
        {
            _cached.Clear();
        }

        return _cached[organisationId] = book;
    }

    /// <summary>The caller's access under the current roles and dealer tree.</summary>
    public async Task<EffectiveAccess> AccessAsync(Call call)
    {
        var access = call.Access.Effective;
        var book = await ReadAsync(call.OrganisationId);
        return access.With(book.Roles, book.Tree);
    }

    /// <summary>Call this after changing access from this process, because the entity may live in another process.</summary>
    public void Changed(Guid organisationId) => signal.Raise(EntityKey.Of(organisationId));
}
