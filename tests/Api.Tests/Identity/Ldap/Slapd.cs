using System.DirectoryServices.Protocols;
using System.Net;
using Platform.Testing;

namespace Platform.Api.Tests.Identity.Ldap;

/// <summary>An OpenLDAP server with TLS only, its own certificate, and test users and groups.</summary>
internal sealed class Slapd : IAsyncDisposable
{
    public const string SearchBase = "ou=people,dc=example,dc=test";
    public const string GroupBase = "ou=groups,dc=example,dc=test";
    public const string Service = "cn=service,dc=example,dc=test";
    public const string ServicePassword = "the password of the service";
    public const string AdaPassword = "ada's own password";

    private const string Root = "cn=root,dc=example,dc=test";
    private const string RootPassword = "the password of the root";

    private static readonly string[] SchemaFolders = ["/etc/ldap/schema", "/etc/openldap/schema"];
    private static readonly string[] ModuleFolders = ["/usr/lib/ldap", "/usr/lib64/openldap", "/usr/lib/openldap"];

    private readonly TestFolder _folder = new();
    private ServerProgram? _server;

    /// <summary>The port for ldaps.</summary>
    public int Port { get; } = FreePorts.Next();

    /// <summary>The port for ldap, which refuses everything before StartTLS.</summary>
    public int StartTlsPort { get; } = FreePorts.Next();

    public static async Task<Slapd> StartAsync(TestAuthority authority)
    {
        var slapd = new Slapd();
        try
        {
            await slapd.StartAsync(authority.Issue(), authority.Pem);
            return slapd;
        }
        catch
        {
            await slapd.DisposeAsync();
            throw;
        }
    }

    public void Delete(string uid) => Change(new DeleteRequest(NameOf(uid)));

    /// <summary>Sets the Active Directory flags of an account: 512 is enabled, 514 disabled.</summary>
    public void SetAccountControl(string uid, int flags) =>
        Change(Modify(NameOf(uid), DirectoryAttributeOperation.Replace, "userAccountControl", $"{flags}"));

    public void TakeOutOfGroup(string uid, string group) =>
        Change(Modify($"cn={group},{GroupBase}", DirectoryAttributeOperation.Delete, "member", NameOf(uid)));

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _folder.Dispose();
    }

    private async Task StartAsync((string Certificate, string Key) identity, string authority)
    {
        var program = ServerProgram.Find("slapd", "apt-get install -y slapd");
        var schema = SchemaFolders.First(Directory.Exists);
        var modules = ModuleFolders.FirstOrDefault(Directory.Exists);
        Directory.CreateDirectory(_folder.In("db"));
        await File.WriteAllTextAsync(_folder.In("server.pem"), identity.Certificate);
        await File.WriteAllTextAsync(_folder.In("server.key"), identity.Key);
        await File.WriteAllTextAsync(_folder.In("ca.pem"), authority);
        await File.WriteAllTextAsync(_folder.In("data.ldif"), Data);
        await File.WriteAllTextAsync(
            _folder.In("slapd.conf"),
            $"""
            include {schema}/core.schema
            include {schema}/cosine.schema
            include {schema}/inetorgperson.schema
            attributetype ( 1.2.840.113556.1.4.8 NAME 'userAccountControl' SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE )
            objectclass ( 1.3.6.1.4.1.99999.1 NAME 'controlled' SUP top AUXILIARY MAY userAccountControl )
            {(modules is null ? "" : $"modulepath {modules}\nmoduleload back_mdb")}
            pidfile {_folder.In("slapd.pid")}
            TLSCACertificateFile {_folder.In("ca.pem")}
            TLSCertificateFile {_folder.In("server.pem")}
            TLSCertificateKeyFile {_folder.In("server.key")}
            security ssf=128
            database mdb
            maxsize 10485760
            suffix "dc=example,dc=test"
            rootdn "{Root}"
            rootpw "{RootPassword}"
            directory {_folder.In("db")}
            index uid,mail,member eq
            access to attrs=userPassword by anonymous auth by * none
            access to * by dn.exact="{Service}" read by * none
            """ + "\n");
        await ServerProgram.RunAsync(
            ServerProgram.Find("slapadd", "apt-get install -y slapd"), ["-f", _folder.In("slapd.conf"), "-l", _folder.In("data.ldif")],
            _folder.Path);
        _server = await ServerProgram.StartAsync(
            program, ["-f", _folder.In("slapd.conf"), "-h", $"ldaps://127.0.0.1:{Port}/ ldap://127.0.0.1:{StartTlsPort}/", "-d", "0"],
            Port, _folder.Path);
    }

    private static string NameOf(string uid) => $"uid={uid},{SearchBase}";

    private static ModifyRequest Modify(string name, DirectoryAttributeOperation operation, string attribute, string value) =>
        new(name, operation, attribute, value);

    // The library uses the trusted authority that LdapLibrary has set for this process.
    private void Change(DirectoryRequest change)
    {
        using var connection = new LdapConnection(
            new LdapDirectoryIdentifier("127.0.0.1", Port, fullyQualifiedDnsHostName: true, connectionless: false),
            new NetworkCredential(Root, RootPassword), AuthType.Basic);
        connection.SessionOptions.ProtocolVersion = 3;
        connection.SessionOptions.SecureSocketLayer = true;
        connection.Bind();
        connection.SendRequest(change);
    }

    private static string Data =>
        $"""
        dn: dc=example,dc=test
        objectClass: domain
        dc: example

        dn: {Service}
        objectClass: organizationalRole
        objectClass: simpleSecurityObject
        cn: service
        userPassword: {ServicePassword}

        dn: ou=people,dc=example,dc=test
        objectClass: organizationalUnit
        ou: people

        dn: ou=groups,dc=example,dc=test
        objectClass: organizationalUnit
        ou: groups

        {Person("ada", "Ada Lovelace", "ada@directory.test", AdaPassword)}
        {Person("grace", "Grace Hopper", "grace@directory.test", "grace's own password")}
        {Person("odd(o*b)", "Odd One", "odd@directory.test", "an odd password")}
        {Person("twin1", "First Twin", "twins@directory.test", "a twin's password")}
        {Person("twin2", "Second Twin", "twins@directory.test", "a twin's password")}
        {Person("leaver", "Leaving Soon", "leaver@directory.test", "a leaver's password")}
        {Person("locked", "Locked Out", "locked@directory.test", "a locked password")}
        {Person("demoted", "De Moted", "demoted@directory.test", "a demoted password")}
        {Person("stays", "Stays On", "stays@directory.test", "a staying password")}
        {Person("taken", "Taken Address", "taken@directory.test", "a taken password")}
        dn: cn=Managers,ou=groups,dc=example,dc=test
        objectClass: groupOfNames
        cn: Managers
        member: uid=ada,ou=people,dc=example,dc=test
        member: uid=demoted,ou=people,dc=example,dc=test

        dn: cn=Everybody,ou=groups,dc=example,dc=test
        objectClass: groupOfNames
        cn: Everybody
        member: uid=ada,ou=people,dc=example,dc=test
        member: uid=grace,ou=people,dc=example,dc=test

        """;

    private static string Person(string uid, string name, string mail, string password) =>
        $"""
        dn: uid={uid},ou=people,dc=example,dc=test
        objectClass: inetOrgPerson
        objectClass: controlled
        uid: {uid}
        cn: {name}
        sn: {name}
        mail: {mail}
        userPassword: {password}

        """;
}
