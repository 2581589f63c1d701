namespace Platform.Dealers;

/// <summary>Examples of the views of this domain, for the API document.</summary>
[Examples]
public static class DealerSamples
{
    public static readonly DealerView Dealer = new(Sample.UserId, Sample.OrganisationId, "Berlin", "DE-BER", DealerStatus.Active, 2);
}
