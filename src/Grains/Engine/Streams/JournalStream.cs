using Orleans.Runtime;

namespace Platform.Grains.Engine.Streams;

/// <summary>Names of the stream over the journal: one stream per organisation, keyed like the organisation itself.</summary>
public static class JournalStream
{
    public const string Provider = "journal";
    public const string Namespace = "journal";

    public static StreamId Of(Guid organisationId) => StreamId.Create(Namespace, EntityKey.Of(organisationId).ToString());
}
