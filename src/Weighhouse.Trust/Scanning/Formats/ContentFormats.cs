using Weighhouse.Trust.Scanning.Bytes;
using Weighhouse.Trust.Scanning.Containers;
using Weighhouse.Trust.Scanning.Pickles;

namespace Weighhouse.Trust.Scanning.Formats;

/// <summary>What content is, by its bytes. Its name is what somebody says, and only decides where nothing else does.</summary>
internal static class ContentFormats
{
    public const string Unknown = "unknown";

    /// <summary>Enough for every mark at a beginning; a tar's is the farthest.</summary>
    private const int HeadBytes = 512;

    public static string Scan(Content content, ScanPlace place, ScanRun run)
    {
        if (content.Length == 0) return "empty";
        if (place.IsWeights)
        {
            // Numbers of any value: they look like many things. Only what would act as a pickle is told.
            PickleScan.Probe(content, place, run);
            return "weights";
        }

        Span<byte> buffer = stackalloc byte[HeadBytes];
        ReadOnlySpan<byte> head = buffer[..content.Read(0, buffer)];
        if (PickleScan.HasHeader(head))
        {
            PickleScan.Scan(content, place, run);
            // An archive may be glued to its end, where those that open archives look.
            ZipScan.ScanTail(content, place, run);
            return PickleScan.Format;
        }

        if (ScanMarked(content, head, place, run) is { } marked) return marked;
        // What follows begins with nothing of its own, and may be the pickle of an old protocol as well.
        var isPickle = PickleScan.MayBe(head) && PickleScan.Probe(content, place, run);
        var hasTail = ZipScan.ScanTail(content, place, run);
        if (TarScan.Matches(head)) return TarScan.Scan(content, place, run);
        if (isPickle) return PickleScan.Format;
        return ScanUnmarked(content, head, place, run) ?? (hasTail ? ZipScan.Format : ReportUnknown(content, head, place, run));
    }

    /// <summary>Formats whose first bytes are theirs alone.</summary>
    private static string? ScanMarked(Content content, ReadOnlySpan<byte> head, ScanPlace place, ScanRun run)
    {
        if (ZipScan.Matches(head)) return ZipScan.Scan(content, place, run);
        if (NpyScan.Matches(head))
        {
            NpyScan.Scan(content, place, run);
            return ZipScan.ScanTail(content, place, run) ? ZipScan.Format : NpyScan.Format;
        }

        return CompressedScan.Scan(content, head, place, run);
    }

    private static string? ScanUnmarked(Content content, ReadOnlySpan<byte> head, ScanPlace place, ScanRun run) =>
        SafetensorsScan.Scan(content, head, place, run)
        ?? HdfScan.Scan(content, head, place, run)
        ?? KnownFormats.Scan(head, place, run)
        ?? TextScan.Scan(content, place, run)
        ?? OnnxScan.Scan(content, place, run);

    private static string ReportUnknown(Content content, ReadOnlySpan<byte> head, ScanPlace place, ScanRun run)
    {
        run.Add(
            place, ScanVerdict.Unknown, FindingCode.Unreadable,
            "It is of no format that can be looked into "
                + $"({content.Length} bytes that begin with {Convert.ToHexStringLower(head[..Math.Min(8, head.Length)])}).",
            "Save the model as safetensors, ONNX or a pickle; or let a person decide.");
        return Unknown;
    }
}
