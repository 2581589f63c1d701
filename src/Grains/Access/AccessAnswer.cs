namespace Platform.Grains.Access;

/// <summary>Why access is granted or refused.</summary>
public enum ReasonKind
{
    // Granted:
    Tier = 0,
    Grant = 1,
    Own = 2,

    // Refused:
    UnknownPermission = 10,
    NoRole = 11,
    OnlyOwn = 12,
    OnlyBelow = 13,
    DealerDisabled = 14,
    UnknownDealer = 15,
    UnknownRole = 16,
    UserNotActive = 17,
}

/// <summary>
/// One reason: the role, the dealer at which it was granted (null for the whole organisation) and its path, and a sentence.
/// </summary>
public sealed record Reason(ReasonKind Kind, string? Role, Guid? DealerId, string? DealerPath, string Text);

/// <summary>Whether access is allowed, and every reason for or against it.</summary>
public sealed record AccessAnswer(bool Allowed, IReadOnlyList<Reason> Because);
