using Platform.Grains.Engine.Registration;
using static Platform.Storage.Engine.Reading;

namespace Platform.Storage.Engine.Journal;

/// <summary>Finds the organisations whose journal a consumer has not read to the end.</summary>
[Singleton]
public sealed class ConsumersBehind(PlatformDatabase database)
{
    private const string Behind = """
        SELECT o.org_id
        FROM organisation o
        LEFT JOIN consumer_token t ON t.org_id = o.org_id AND t.consumer = $1
        CROSS JOIN LATERAL (
            SELECT j.xid, j.position, j.at FROM journal j WHERE j.org_id = o.org_id ORDER BY j.xid DESC, j.position DESC LIMIT 1) head
        WHERE o.org_id > $2 AND head.at < $3 AND (t.xid IS NULL OR (t.xid, t.position) < (head.xid, head.position))
        ORDER BY o.org_id
        LIMIT $4
        """;

    /// <summary>Lists them by id, after one id. Ignores rows committed after the given time: the stream is still delivering them.</summary>
    public Task<IReadOnlyList<Guid>> ListAsync(
        string consumer, Guid after, DateTimeOffset committedBefore, int limit, CancellationToken cancellationToken) => database.ListAsync(
        Behind, [Value(consumer), Value(after), Value(committedBefore), Value(limit)], reader => reader.GetGuid(0), cancellationToken);
}
