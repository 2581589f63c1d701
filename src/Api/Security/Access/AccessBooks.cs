using System.Collections.Concurrent;
using Platform.Access;
using Platform.Api.Http;
using Platform.Dealers;
using Platform.Grains.Access;
using Platform.Grains.Dealers;
using Platform.Grains.Engine.Registration;

namespace Platform.Api.Security.Access;

/// <summary>The roles and the dealer tree of an organisation: what grants mean.</summary>
public sealed record AccessBook(RoleBook Roles, DealerTree Tree);

/// <summary>
/// The books of organisations. Each question asks the entities whether what is held is still current, so that an answer is never
/// older than the question and a tree crosses the wire only when it has changed.
/// </summary>
[Singleton]
public sealed class AccessBooks(EntityGrains grains, AccessSignal signal)
{
    private const int Capacity = 10_000;
    private static readonly AccessBook None = new(RoleBook.BuiltIn, DealerTree.Empty);
    private readonly ConcurrentDictionary<Guid, AccessBook> _held = new();

    /// <summary>
    /// Expects that the caller of grain calls is set (a <see cref="Call"/> sets it). Throws a problem if an entity does not answer.
    /// </summary>
    public async Task<AccessBook> ReadAsync(Guid organisationId)
    {
        var held = _held.GetValueOrDefault(organisationId, None);
        var asking = grains.Of<IAccessGrain>(IAccessGrain.KeyOf(organisationId)).AskAsync(grain => grain.GetAsync(held.Roles.Version));
        var tree = await grains.Of<IDealersGrain>(IDealersGrain.KeyOf(organisationId))
            .AskAsync(grain => grain.GetTreeAsync(held.Tree.Version));
        var access = await asking;
        if (!access.IsSuccess || !tree.IsSuccess)
        {
            throw new ProblemException(Problems.From((access.Error ?? tree.Error)!));
        }

        if (access.Value.CustomRoles is null && tree.Value.Nodes is null)
        {
            return held;
        }

        var book = new AccessBook(
            access.Value.CustomRoles is null ? held.Roles : RoleBook.Of(access.Value), tree.Value.Nodes is null ? held.Tree : DealerTree.Of(tree.Value));
        if (_held.Count >= Capacity)
        {
            _held.Clear();
        }

        return _held[organisationId] = book;
    }

    /// <summary>What the caller of this request may do, by the books as they are now.</summary>
    public async Task<EffectiveAccess> AccessAsync(Call call)
    {
        var access = call.Access.Effective;
        var book = await ReadAsync(call.OrganisationId);
        return access.With(book.Roles, book.Tree);
    }

    /// <summary>For a change that this process asked for: the entity may live in another one.</summary>
    public void Changed(Guid organisationId) => signal.Raise(EntityKey.Of(organisationId));
}
