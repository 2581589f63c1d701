using Platform.Grains.Organisations;
using Platform.Storage.Engine.Tables;

namespace Platform.Storage.Organisations;

/// <summary>Table <c>organisation</c>. The platform's lists are in <see cref="Admin.AdminQueries"/>.</summary>
internal static class OrganisationTable
{
    public static readonly Table<OrganisationRow> Table = new("organisation", TableKind.Derived, columns => columns
        .Key("org_id", row => row.Key.OrganisationId)
        .Value("name", row => row.State.Name)
        .Fixed("kind", row => (short)row.State.Kind)
        .Fixed("currency", row => row.State.Currency)
        .Value("time_zone", row => row.State.TimeZone)
        .Value("locale", row => row.State.Locale)
        .Value("status", row => (short)row.State.Status)
        .Fixed("created_at", row => row.State.CreatedAt)
        .Version("version", row => row.Version));
}
