using System.Security.Cryptography;
using Platform.Grains.Engine.Registration;
using Platform.Identity;
using Platform.Storage.Engine.Secrets;

namespace Platform.Api.Identity.Mfa;

/// <summary>
/// Stores the encrypted seeds of one-time codes, and matches typed codes against them. A seed has an id, by which the user entity
/// activates it, so that two concurrent set-ups cannot overwrite each other's seed.
/// </summary>
[Singleton]
public sealed class MfaCodes(SecretTable secrets, TimeProvider time)
{
    private const int MaxTyped = 64;

    /// <summary>Creates and stores a new seed.</summary>
    public async Task<(Guid Id, byte[] Seed)> NewSeedAsync(EntityKey user, CancellationToken cancellationToken)
    {
        var (id, seed) = (Guid.CreateVersion7(time.GetUtcNow()), RandomNumberGenerator.GetBytes(Totp.SeedLength));
        await secrets.PutAsync(ContextOf(user, id), seed, cancellationToken);
        return (id, seed);
    }

    /// <summary>Deletes seeds that the entity no longer uses. If this fails, the seeds are unusable anyway.</summary>
    public async Task DeleteSeedsAsync(EntityKey user, params IEnumerable<Guid> seeds)
    {
        foreach (var id in seeds)
        {
            await secrets.DeleteAsync(ContextOf(user, id), CancellationToken.None);
        }
    }

    /// <summary>Matches what was typed, for the entity to decide. Does not accept or use up the code.</summary>
    public async Task<MfaProof> MatchAsync(EntityKey user, Guid? seedId, string typed, CancellationToken cancellationToken)
    {
        var code = typed.Length > MaxTyped ? "" : string.Concat(typed.Where(letter => letter != ' '));
        if (code.Length != Totp.Digits || !code.All(char.IsAsciiDigit))
        {
            return new MfaProof(seedId, null, RecoveryCodes.HashOf(code));
        }

        if (seedId is not { } id || await secrets.GetAsync(ContextOf(user, id), cancellationToken) is not { } seed)
        {
            return new MfaProof(seedId, null, null);
        }

        var step = Totp.FindStep(seed, code, time.GetUtcNow());
        CryptographicOperations.ZeroMemory(seed);
        return new MfaProof(id, step, null);
    }

    private static SecretContext ContextOf(EntityKey user, Guid seedId) =>
        new(user.OrganisationId, user.Id, $"totp:{seedId:N}");
}
