namespace Platform.Api.Security;

/// <summary>
/// The operation of a request. Its id is derived from the request's <c>Idempotency-Key</c>, organisation, scope and resource.
/// </summary>
public readonly record struct Operation(OperationId Id, bool Keyed, DateTimeOffset At)
{
    /// <summary>
    /// An id that every repetition of a keyed request derives again. Its time part is then the epoch, because a repetition does not know
    /// when the first request came.
    /// </summary>
    public Guid NewId(int ordinal = 0) => Id.NewId(Keyed ? DateTimeOffset.UnixEpoch : At, ordinal);

    /// <summary>
    /// The operation of a request with this key, or a fresh one if there is no key. Stored ids depend on the scope, so it must never
    /// change, and must be the same for all spellings of a URL.
    /// </summary>
    public static Operation Of(string? key, Guid organisationId, string scope, Guid resource, DateTimeOffset now) => key is null
        ? new Operation(new OperationId(Guid.CreateVersion7(now)), false, now)
        : new Operation(OperationId.FromKey($"{organisationId:N}/{scope}/{resource:N}", key), true, now);
}
