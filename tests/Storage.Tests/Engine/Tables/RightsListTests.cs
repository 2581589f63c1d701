using System.Runtime.CompilerServices;
using Platform.Testing;

namespace Platform.Storage.Tests.Engine.Tables;

/// <summary>
/// The rights of the running platform on each table, and the triggers that protect it. A change of the file changes what is
/// protected. <c>UPDATE_RIGHTS=1</c> rewrites it.
/// </summary>
public sealed class RightsListTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    // Effective rights, including those from PUBLIC or another role, and those on single columns.
    private const string Rights =
        """
        SELECT string_agg(line, E'\n' ORDER BY line COLLATE "C") FROM (
            SELECT c.relname
                || CASE c.relkind WHEN 'v' THEN ' (view)' WHEN 'S' THEN ' (sequence)' ELSE '' END || ': '
                || (SELECT coalesce(string_agg(p, ' ' ORDER BY n), '-')
                    FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER', 'USAGE'])
                         WITH ORDINALITY AS a (p, n)
                    WHERE CASE WHEN c.relkind = 'S'
                               THEN p IN ('SELECT', 'UPDATE', 'USAGE') AND has_sequence_privilege('platform_runtime', c.oid, p)
                               WHEN p = 'USAGE' THEN false
                               WHEN p IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES')
                               THEN has_any_column_privilege('platform_runtime', c.oid, p)
                               ELSE has_table_privilege('platform_runtime', c.oid, p) END)
                || (SELECT coalesce(string_agg('; ' || t.tgname || ' ' || t.tgenabled::text, '' ORDER BY t.tgname), '')
                    FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal) AS line
            FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S')) lines
        """;

    [Fact]
    public async Task Rights_and_triggers_are_those_that_are_checked_in()
    {
        var path = Path.Combine(Path.GetDirectoryName(ThisFile())!, "rights.txt");
        var actual = (string)(await TestLogins.ScalarAsync(postgres.ConnectionString, Rights))! + "\n";
        if (Environment.GetEnvironmentVariable("UPDATE_RIGHTS") == "1")
        {
            File.WriteAllText(path, actual);
        }

        Assert.Equal(File.ReadAllText(path), actual);
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
