using Npgsql;
using Platform.Storage.Engine.Tables;

namespace Platform.Storage.Engine.DatabaseRoles;

/// <summary>
/// Grants the running platform its rights on each declared table (<see cref="Table.Rights"/>). Undeclared tables are left alone:
/// they may be evidence of a newer build that has already prepared this database.
/// </summary>
public static class TableRights
{
    private static readonly string[] SequenceRights = ["SELECT", "USAGE"];

    // Relations of this schema on which we may grant. Sequences of identity columns need no rights of their own.
    private const string RelationsSql =
        $"""
        SELECT c.relname, c.relkind,
               ARRAY(SELECT a.privilege_type FROM aclexplode(c.relacl) a WHERE a.grantee = r.oid),
               {TableCheck.HasFenceSql}
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = current_schema()
        JOIN pg_roles r ON r.rolname = $1
        WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S') AND pg_has_role(c.relowner, 'USAGE')
          AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'i')
        ORDER BY c.relname
        """;

    /// <summary>
    /// Grants missing rights and revokes surplus ones, as the owner. If nothing is wrong, it writes nothing, because a grant makes every
    /// process plan its statements again.
    /// </summary>
    internal static async Task ApplyAsync(NpgsqlConnection owner, string role, CancellationToken cancellationToken)
    {
        var to = Sql.Identifier(role);
        var changes = new List<string>();
        var declared = DeclaredTables.All.ToDictionary(table => table.Name);
        foreach (var relation in await ReadAsync(owner, role, cancellationToken))
        {
            var table = declared.GetValueOrDefault(relation.Name);
            if ((relation.Kind == 'S' ? SequenceRights : table?.Rights) is not { } wanted)
            {
                continue;
            }

            var kind = relation.Kind == 'S' ? "SEQUENCE " : "";
            var name = Sql.Identifier(relation.Name);
            if (wanted.Except(relation.Granted).Any())
            {
                changes.Add($"GRANT {string.Join(", ", wanted)} ON {kind}{name} TO {to}");
            }

            if (relation.Granted.Except(wanted).ToArray() is { Length: > 0 } surplus)
            {
                changes.Add($"REVOKE {string.Join(", ", surplus)} ON {kind}{name} FROM {to}");
            }

            if (table is { Kind: TableKind.Evidence } && !relation.HasFence)
            {
                changes.Add(Fence(relation.Name));
            }
        }

        foreach (var change in changes)
        {
            await owner.ExecuteAsync(change, cancellationToken);
        }

        await owner.ExecuteAsync(SchemaSql(to, Sql.Literal(role)), cancellationToken);
    }

    // ALWAYS: also in replication sessions, in which ordinary triggers do not fire. The audit log already has a trigger of this name.
    private static string Fence(string table)
    {
        var (on, trigger) = (Sql.Identifier(table), Sql.Identifier(table + "_append_only"));
        return $"""
            DROP TRIGGER IF EXISTS {trigger} ON {on};
            CREATE TRIGGER {trigger} BEFORE UPDATE OR DELETE OR TRUNCATE ON {on} FOR EACH STATEMENT EXECUTE FUNCTION append_only();
            ALTER TABLE {on} ENABLE ALWAYS TRIGGER {trigger};
            """;
    }

    // By default everybody may connect, use the schema and call functions; a hardened server has revoked that from PUBLIC. A role that
    // may create objects in the schema could trick the owner into calling its function: before version 15 that was every role.
    private static string SchemaSql(string to, string role) =>
        $"""
        DO $$
        BEGIN
            IF NOT has_database_privilege({role}, current_database(), 'CONNECT') THEN
                EXECUTE format('GRANT CONNECT ON DATABASE %I TO %s', current_database(), {Sql.Literal(to)});
            END IF;
            IF NOT has_schema_privilege({role}, current_schema(), 'USAGE') THEN
                EXECUTE format('GRANT USAGE ON SCHEMA %I TO %s', current_schema(), {Sql.Literal(to)});
            END IF;
            IF has_schema_privilege({role}, current_schema(), 'CREATE')
               AND pg_has_role((SELECT nspowner FROM pg_namespace WHERE nspname = current_schema()), 'USAGE') THEN
                EXECUTE format('REVOKE CREATE ON SCHEMA %I FROM PUBLIC, %s', current_schema(), {Sql.Literal(to)});
            END IF;
            IF EXISTS (SELECT FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace AND n.nspname = current_schema()
                       WHERE pg_has_role(p.proowner, 'USAGE') AND NOT has_function_privilege({role}, p.oid, 'EXECUTE')) THEN
                EXECUTE format('GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA %I TO %s', current_schema(), {Sql.Literal(to)});
            END IF;
        END $$
        """;

    private static async Task<List<Relation>> ReadAsync(NpgsqlConnection owner, string role, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(RelationsSql, owner) { Parameters = { new() { Value = role } } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var relations = new List<Relation>();
        while (await reader.ReadAsync(cancellationToken))
        {
            relations.Add(new Relation(reader.GetString(0), reader.GetChar(1), reader.GetFieldValue<string[]>(2), reader.GetBoolean(3)));
        }

        return relations;
    }

    private sealed record Relation(string Name, char Kind, string[] Granted, bool HasFence);
}
