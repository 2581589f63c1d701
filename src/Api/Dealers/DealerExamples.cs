using Platform.Dealers;
using Platform.Grains.Dealers;

namespace Platform.Api.Dealers;

/// <summary>Examples of requests and answers, for the API document.</summary>
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
