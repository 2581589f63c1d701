using System.Data.Common;
using System.Runtime.InteropServices;
using Platform.Grains.Engine.Journal;
using Platform.Storage.Engine;
using Platform.Storage.Engine.Migrations;
using Platform.Storage.Engine.PrivateServer;
using Platform.Storage.Engine.Secrets;

namespace Platform.Api.Host.Commands;

/// <summary>What this program does besides serving: commands for who runs the platform, started by the script <c>platform</c>.</summary>
public static class PlatformCommands
{
    private const string Usage =
        """
        platform secrets rotate [--drop-old]   A new key for secrets; all of them are sealed anew with it. --drop-old removes the keys before.
        platform access setup                  The standard groups become roles of the organisation of who signs in at the running platform: the
                                               one that runs on the data folder (--data DIR), or --url URL. Who:
                                               --email ADDRESS with PLATFORM_PASSWORD or when asked, or a token or API key in PLATFORM_TOKEN
                                               (--token-env NAME: in that variable).
        platform keys rotate                   The next key for access tokens begins to sign; another one is published in its place.
        platform database prepare              Migrations, rights of the running platform's login and a rebuild that is due, as the owner in
                                               ConnectionStrings__PostgresOwner, for processes that are started without it.
        platform ledger verify EXPORT          Verifies an export of the ledger, without a database and a server: exit code 0 where it is sound, 1 where it
                                               is not. --checkpoint FILE, again and again: checkpoints that were kept elsewhere; --keys FILE: their keys.

        Those of secrets, keys and database take --data DIR (the data folder of ./run) or use ConnectionStrings__Postgres, and any --Section:Name=value.
        """;

    /// <summary>Runs the command that the arguments name and returns its exit code; null where they name none and are settings.</summary>
    public static async Task<int?> RunAsync(string[] args) => args switch
    {
        ["secrets", "rotate", .. var rest] => await RunAsync(rest, SecretsCommands.RotateAsync),
        ["access", "setup", .. var rest] => await RunAsync(rest, AccessCommands.SetUpAsync),
        ["ledger", "verify", .. var rest] => await RunAsync(rest, LedgerCommands.VerifyAsync),
        ["keys", "rotate", .. var rest] => await RunAsync(rest, KeysCommands.RotateAsync),
        ["database", "prepare", .. var rest] => await RunAsync(rest, DatabaseCommands.PrepareAsync),
        [var word, ..] when !word.StartsWith('-') => Refuse(),
        _ => null,
    };

    private static Task<int> RunAsync(string[] args, Func<CommandLine, CancellationToken, Task<int>> command) =>
        RunAsync(args, (words, cancellationToken) => command(CommandLine.Parse(words), cancellationToken));

    private static async Task<int> RunAsync(string[] args, Func<string[], CancellationToken, Task<int>> command)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
        try
        {
            return await StoreException.TranslateAsync(() => command(args, stop.Token));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("Interrupted. What was done stands; run the command again to go on.");
            return 130;
        }
        catch (Exception known) when (known is RemoteException or SecretException or PrivatePostgresException or MigrationException
            or StoreException or JournalUnavailableException)
        {
            await Console.Error.WriteLineAsync(known.Message);
            return 1;
        }

        void Interrupt(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }

    private static int Refuse()
    {
        Console.Error.WriteLine(Usage);
        return 2;
    }
}
