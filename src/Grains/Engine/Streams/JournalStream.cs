namespace Platform.Grains.Engine.Streams;

/// <summary>Names of the journal stream: one stream per organisation, with the key of the organisation.</summary>
public static class JournalStream
{
    public const string Provider = "journal";
    public const string Namespace = "journal";

    public static StreamId Of(Guid organisationId) => StreamId.Create(Namespace, EntityKey.Of(organisationId).ToString());
}
