using System.Runtime.InteropServices;
using Platform.Grains.Engine.Journal;
using Platform.Storage.Engine;
using Platform.Storage.Engine.Migrations;
using Platform.Storage.Engine.PrivateServer;
using Platform.Storage.Engine.Secrets;

namespace Platform.Api.Host.Commands;

/// <summary>Administrative commands of this program, started by the script <c>platform</c>.</summary>
public static class PlatformCommands
{
    private const string Usage =
        """
        platform secrets rotate [--drop-old]   Creates a new key and re-encrypts all secrets with it. --drop-old removes the old keys.
        platform access setup                  Creates the standard groups as roles of the signed-in user's organisation, on the running
                                               platform of the data folder (--data DIR) or at --url URL. Sign in with --email ADDRESS
                                               and PLATFORM_PASSWORD or a prompt, or with a token or API key in PLATFORM_TOKEN
                                               (or in the variable given by --token-env NAME).
        platform keys rotate                   Activates the next signing key for access tokens and publishes another one in its place.
        platform database prepare              Runs migrations, grants rights to the running platform's login and does a due rebuild, as
                                               the owner in ConnectionStrings__PostgresOwner, for processes that start without it.
        platform ledger verify EXPORT          Verifies an export of the ledger, without a database or server. Exits with 0 if it is sound,
                                               otherwise 1. --checkpoint FILE (repeatable): checkpoints that were kept elsewhere;
                                               --keys FILE: their keys.

        The commands secrets, keys and database use --data DIR (the data folder of ./run) or ConnectionStrings__Postgres, and accept any
        --Section:Name=value.
        """;

    /// <summary>Runs the command in the arguments and returns its exit code; null if the arguments are only settings.</summary>
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
            await Console.Error.WriteLineAsync("Interrupted. Completed work is kept; run the command again to continue.");
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
