using Platform.Api.Http;
using Platform.Dealers;

namespace Platform.Api.Dealers;

/// <summary>Creates a dealer below another one, or at the top if no parent is named.</summary>
public sealed record CreateDealerRequest(string Name, string? Code = null, Guid? ParentId = null) : IValidated
{
    public void Validate(Validation check) => check
        .Name(Name, DealerErrors.InvalidName)
        .Require(Code is null || DealerRules.IsCode(Code), DealerErrors.InvalidCode);
}

/// <summary>Changes the fields that are given.</summary>
public sealed record UpdateDealerRequest(string? Name = null, string? Code = null) : IValidated
{
    public void Validate(Validation check) => check
        .OptionalName(Name, DealerErrors.InvalidName)
        .Require(Code is null || DealerRules.IsCode(Code), DealerErrors.InvalidCode);
}

/// <summary>Moves a dealer with all below it; null is the top.</summary>
public sealed record MoveDealerRequest(Guid? ParentId) : IValidated
{
    public void Validate(Validation check)
    {
    }
}

/// <summary>A dealer on the way from the top.</summary>
public sealed record DealerStep(Guid Id, string Name);

/// <summary>A dealer with its path, itself at the end. It is live if neither it nor any dealer above it is disabled.</summary>
public sealed record DealerDetails(
    Guid Id, Guid? ParentId, string Name, string? Code, DealerStatus Status, bool Live, IReadOnlyList<DealerStep> Path, long Version);
