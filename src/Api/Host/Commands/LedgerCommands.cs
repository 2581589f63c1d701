using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.IO.Pipelines;
using System.Text.Json;
using Platform.Grains.Ledger;

namespace Platform.Api.Host.Commands;

/// <summary><c>ledger verify</c>: verifies an export of the ledger, without a database or server.</summary>
internal static class LedgerCommands
{
    private const int MaxReported = 1_000;

    public static async Task<int> VerifyAsync(string[] words, CancellationToken cancellationToken)
    {
        string? export = null, keys = null;
        var kept = new List<string>();
        for (var i = 0; i < words.Length; i++)
        {
            var (word, value) = words[i].Split('=', 2) is [['-', '-', ..] name, var text] ? (name, text) : (words[i], null);
            switch (word)
            {
                case "--checkpoint":
                    kept.Add(value ?? Next(words, ref i));
                    break;
                case "--keys":
                    keys = value ?? Next(words, ref i);
                    break;
                case ['-', '-', .. var other] when other.Contains(':', StringComparison.Ordinal):
                    break; // A configuration setting, which this command does not need.
                case ['-', ..]:
                    throw new RemoteException($"Unknown option {word}.");
                default:
                    export = export is null ? word : throw new RemoteException($"Specify only one export, not both {export} and {word}.");
                    break;
            }
        }

        return export is null
            ? throw new RemoteException("Specify an export: platform ledger verify EXPORT.ndjson [--checkpoint FILE].. [--keys FILE]")
            : await VerifyAsync(export, [.. kept.Select(Checkpoint)], keys is null ? null : Keys(keys), cancellationToken);
    }

    private static async Task<int> VerifyAsync(
        string export, SignedCheckpoint[] kept, IReadOnlyList<CheckpointKey>? keys, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var verifier = new LedgerVerifier(kept, keys);
        try
        {
            await using var file = new FileStream(
                export, new FileStreamOptions { BufferSize = 0, Options = FileOptions.SequentialScan | FileOptions.Asynchronous });
            await ReadAsync(PipeReader.Create(file, new StreamPipeReaderOptions(bufferSize: 1 << 18)), verifier, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new RemoteException($"{export} cannot be read: {exception.Message}");
        }

        var report = verifier.Finish();
        foreach (var fault in report.Faults.Take(MaxReported))
        {
            Console.WriteLine($"BAD   {fault}");
        }

        foreach (var note in report.Notes)
        {
            Console.WriteLine($"note  {note}");
        }

        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{(report.IsSound ? "SOUND" : "NOT SOUND")}: organisation {report.OrganisationId}, " +
            $"{report.Transactions} transactions of {report.Wallets} wallets, " +
            $"{report.Checkpoints} checkpoints, {report.Faults.Count} faults; " +
            $"{report.Transactions / seconds:0} transactions/s in {seconds:0.00} s"));
        return report.IsSound ? 0 : 1;
    }

    private static async Task ReadAsync(PipeReader reader, LedgerVerifier verifier, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            var rest = read.Buffer;
            while (rest.PositionOf((byte)'\n') is { } end)
            {
                Accept(verifier, rest.Slice(0, end));
                rest = rest.Slice(rest.GetPosition(1, end));
            }

            if (read.IsCompleted)
            {
                if (!rest.IsEmpty)
                {
                    Accept(verifier, rest);
                }

                return;
            }

            reader.AdvanceTo(rest.Start, rest.End);
        }
    }

    private static void Accept(LedgerVerifier verifier, ReadOnlySequence<byte> line)
    {
        var span = line.IsSingleSegment ? line.FirstSpan : line.ToArray();
        verifier.Accept(span is [.., (byte)'\r'] ? span[..^1] : span);
    }

    private static SignedCheckpoint Checkpoint(string file) => Reading(file, SignedCheckpoint.Parse);

    private static CheckpointKey[] Keys(string file) => Reading(file, static text =>
    {
        var json = JsonElement.Parse(text);
        return json.TryGetProperty("keys", out var keys)
            ? keys.EnumerateArray().Select(CheckpointKey.Read).ToArray()
            : [CheckpointKey.Read(json)];
    });

    private static T Reading<T>(string file, Func<string, T> read)
    {
        try
        {
            return read(File.ReadAllText(file));
        }
        catch (Exception exception) when (
            exception is IOException or UnauthorizedAccessException or FormatException or JsonException or InvalidOperationException)
        {
            throw new RemoteException($"{file} cannot be read: {exception.Message}");
        }
    }

    private static string Next(string[] words, ref int i) =>
        ++i < words.Length ? words[i] : throw new RemoteException($"{words[i - 1]} needs a file.");
}
