using System.Runtime.InteropServices;

namespace Platform.Api.Identity.Ldap;

/// <summary>
/// Sets options of libldap that System.DirectoryServices.Protocols does not expose on Linux: trusted certificates, mandatory
/// certificate checks whatever ldap.conf says, and timeouts. They apply to the whole process, and so does the server's address:
/// StartTLS connects to the default one, whichever address the connection names (seen with version 10.0.11).
/// </summary>
internal static class LdapLibrary
{
    private const int Timeout = 0x5002;
    private const int NetworkTimeout = 0x5005;
    private const int Address = 0x5006;
    private const int CaCertificateFile = 0x6002;
    private const int RequireCertificate = 0x6006;
    private const int Demand = 2;
    private const int MinimumProtocol = 0x6007;
    private const int Tls12 = 0x303;

    // The names that System.DirectoryServices.Protocols tries itself.
    private static readonly string[] Names = ["libldap.so.2", "libldap-2.6.so.0", "libldap-2.5.so.0", "libldap-2.4.so.2"];

    private static readonly string[] SystemCertificates =
        ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"];

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int SetOption(IntPtr connection, int option, IntPtr value);

    /// <summary>Sets the options. Throws if the library is missing or rejects one.</summary>
    public static void Configure(LdapServer server, string? certificates, TimeSpan timeout)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var library = Names.Select(name => NativeLibrary.TryLoad(name, out var handle) ? handle : IntPtr.Zero)
            .FirstOrDefault(handle => handle != IntPtr.Zero);
        if (library == IntPtr.Zero)
        {
            throw new InvalidOperationException(
                "Auth:Ldap requires libldap: install libldap2 or libldap-2.5-0 (Debian, Ubuntu), openldap (Fedora) or libldap (Alpine).");
        }

        var set = Marshal.GetDelegateForFunctionPointer<SetOption>(NativeLibrary.GetExport(library, "ldap_set_option"));
        Set(set, RequireCertificate, Demand);
        Set(set, MinimumProtocol, Tls12);
        Set(set, Timeout, new Interval((nint)timeout.TotalSeconds, timeout.Milliseconds * 1000));
        Set(set, NetworkTimeout, new Interval((nint)timeout.TotalSeconds, timeout.Milliseconds * 1000));
        Set(set, Address, $"{(server.StartsTls ? "ldap" : "ldaps")}://{server.Host}:{server.Port}");
        if ((certificates ?? SystemCertificates.FirstOrDefault(File.Exists)) is { } file)
        {
            Set(set, CaCertificateFile, file);
        }
    }

    private static void Set(SetOption set, int option, string value)
    {
        var text = Marshal.StringToCoTaskMemUTF8(value);
        var result = set(IntPtr.Zero, option, text);
        Marshal.FreeCoTaskMem(text);
        Check(result);
    }

    private static void Set<T>(SetOption set, int option, T value)
        where T : struct
    {
        var memory = Marshal.AllocCoTaskMem(Marshal.SizeOf<T>());
        Marshal.StructureToPtr(value, memory, fDeleteOld: false);
        var result = set(IntPtr.Zero, option, memory);
        Marshal.FreeCoTaskMem(memory);
        Check(result);
    }

    private static void Check(int result)
    {
        if (result != 0)
        {
            throw new InvalidOperationException($"libldap rejected an option with error {result}.");
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Interval(nint Seconds, nint Microseconds);
}
