using Platform.Api.Http;
using Platform.Dealers;

namespace Platform.Api.Dealers;

/// <summary>Creates a dealer under a parent, or at the top.</summary>
public sealed record CreateDealerRequest(string Name, string? Code = null, Guid? ParentId = null) : IValidated
{
    public void Validate(Validation check) => check
        .Name(Name, DealerErrors.InvalidName)
        .Require(Code is null || DealerRules.IsCode(Code), DealerErrors.InvalidCode);
}

/// <summary>Changes the given fields.</summary>
public sealed record UpdateDealerRequest(string? Name = null, string? Code = null) : IValidated
{
    public void Validate(Validation check) => check
        .OptionalName(Name, DealerErrors.InvalidName)
        .Require(Code is null || DealerRules.IsCode(Code), DealerErrors.InvalidCode);
}

/// <summary>Moves a dealer and all dealers below it; a null parent is the top.</summary>
public sealed record MoveDealerRequest(Guid? ParentId) : IValidated
{
    public void Validate(Validation check)
    {
    }
}

/// <summary>One dealer of a path.</summary>
public sealed record DealerStep(Guid Id, string Name);

/// <summary>A dealer and its path, ending with itself. It is live if neither it nor any dealer above it is disabled.</summary>
public sealed record DealerDetails(
    Guid Id, Guid? ParentId, string Name, string? Code, DealerStatus Status, bool Live, IReadOnlyList<DealerStep> Path, long Version);

/// <summary>Examples for the API document.</summary>
[Examples]
public static class DealerExamples
{
    public static readonly object[] All =
    [
        new CreateDealerRequest("Berlin", "DE-BER", Sample.OrganisationId),
        new UpdateDealerRequest("Berlin", "DE-BER"),
        new MoveDealerRequest(Sample.OrganisationId),
        new DealerDetails(
            DealerSamples.Dealer.Id, DealerSamples.Dealer.ParentId, DealerSamples.Dealer.Name, DealerSamples.Dealer.Code,
            DealerSamples.Dealer.Status, true, [new DealerStep(Sample.OrganisationId, "North"), new DealerStep(DealerSamples.Dealer.Id,
            DealerSamples.Dealer.Name)], 2),
    ];
}
