using Weighhouse.Trust.Scanning.Bytes;

namespace Weighhouse.Trust.Scanning.Pickles;

/// <summary>A file of pickles, one after another: whoever loads the first may load the next.</summary>
internal static class PickleScan
{
    public const string Format = "pickle";

    /// <summary>Files with more are made to keep a scan busy: torch's old ones have 5.</summary>
    private const int PicklesMax = 10_000;

    /// <summary>Old checkpoints of torch are five pickles and then the weights as they are in memory.</summary>
    private const int PicklesOfOldTorch = 5;

    private static ReadOnlySpan<byte> OldTorch => [0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, (byte)'.'];

    /// <summary>Whether it begins as pickles of protocol 2 and later do. Older ones have no beginning of their own.</summary>
    public static bool HasHeader(ReadOnlySpan<byte> head) =>
        head.Length >= 2 && head[0] == PickleOpcodes.Proto && head[1] is >= 2 and <= PickleOpcodes.ProtocolMax;

    /// <summary>Whether the first byte could be a pickle's at all.</summary>
    public static bool MayBe(ReadOnlySpan<byte> head) => head.Length > 0 && PickleOpcodes.Of(head[0]) is not null;

    /// <summary>Scans what is a pickle, or has to be one.</summary>
    public static void Scan(Content content, ScanPlace place, ScanRun run) => ScanAll(content, place, run, isSure: true);

    /// <summary>
    /// Scans what may be one. False when it is none: Python would stop before it does anything, and then nothing is told.
    /// </summary>
    public static bool Probe(Content content, ScanPlace place, ScanRun run) => ScanAll(content, place, run, isSure: false);

    private static bool ScanAll(Content content, ScanPlace place, ScanRun run, bool isSure)
    {
        var reader = new ContentReader(content);
        Span<byte> head = stackalloc byte[2];
        for (var count = 0; reader.Left > 0; count++)
        {
            if (count == PicklesMax) throw new BeyondLimitException($"it has more than {PicklesMax:N0} pickles");
            if (count == PicklesOfOldTorch && IsOldTorch(content)) return true;
            var start = reader.Position;
            var isPickle = count == 0 ? isSure : HasHeader(head[..content.Read(start, head)]);
            var check = new PickleCheck(run, place, place.IsTorchScript);
            var ended = Run(reader, check);
            // Plain pickles have no persistent ids: what has nothing else begins like one by chance, as a text with a P does.
            var isNone = !isPickle && !ended.HasActed && (ended.Error is not null || check.HasPersistentIdsAlone);
            if (isNone && count == 0) return false;
            if (isNone)
            {
                run.Add(new ScanFinding(
                    place.Path, ScanVerdict.Unknown, FindingCode.Unreadable,
                    $"{content.Length - start} bytes follow the last pickle that are none.",
                        "Have the model saved again.") { Offset = start });
                return true;
            }

            if (ended.Error is not null) check.Broken(ended);
            check.Commit();
            if (ended.Error is not null) return true;
        }

        return reader.Position > 0;
    }

    private static PickleRun Run(ContentReader reader, PickleCheck check)
    {
        try
        {
            return new PickleMachine(reader, check).Run();
        }
        catch (BeyondLimitException)
        {
            // What was found before counts, however much follows.
            check.Commit();
            throw;
        }
    }

    private static bool IsOldTorch(Content content)
    {
        Span<byte> head = stackalloc byte[2 + 13];
        return content.Read(0, head) == head.Length && HasHeader(head) && head[2..].SequenceEqual(OldTorch);
    }
}
