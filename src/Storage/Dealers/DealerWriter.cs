using Npgsql;
using Platform.Grains.Dealers;
using Platform.Storage.Engine;
using Platform.Storage.Engine.Tables;

namespace Platform.Storage.Dealers;

/// <summary>Writes table <c>dealer</c>.</summary>
internal sealed class DealerWriter() : ReadModelWriter<DealerRow>(new("dealer", TableKind.Derived))
{
    protected override NpgsqlBatchCommand Write(DealerRow[] rows)
    {
        var command = new NpgsqlBatchCommand(
            """
            INSERT INTO dealer AS d (org_id, dealer_id, parent_id, name, sort_key, code, status, version)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT (org_id, dealer_id) DO UPDATE
            SET parent_id = excluded.parent_id, name = excluded.name, sort_key = excluded.sort_key, code = excluded.code,
                status = excluded.status, version = excluded.version
            WHERE d.version < excluded.version
            """);
        command.AddArray(rows, row => row.OrganisationId);
        command.AddArray(rows, row => row.Dealer.Id);
        command.AddArray(rows, row => row.Dealer.ParentId);
        command.AddArray(rows, row => row.Dealer.Name);
        command.AddArray(rows, row => DealerQueries.SortKey(row.Dealer.Name));
        command.AddArray(rows, row => row.Dealer.Code);
        command.AddArray(rows, row => (short)row.Dealer.Status);
        command.AddArray(rows, row => row.Dealer.Version);
        return command;
    }
}
