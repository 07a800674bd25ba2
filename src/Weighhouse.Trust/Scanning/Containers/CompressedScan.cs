using System.IO.Compression;
using Weighhouse.Trust.Scanning.Bytes;

namespace Weighhouse.Trust.Scanning.Containers;

/// <summary>One file that was compressed as a whole, as joblib and np.savez do, and everybody with a .gz.</summary>
internal static class CompressedScan
{
    private static readonly (string Format, byte[] Mark)[] Unreadable =
    [
        ("bzip2", [.. "BZh"u8]), ("xz", [0xfd, .. "7zXZ"u8, 0]), ("lzma", [0x5d, 0, 0]), ("zstd", [0x28, 0xb5, 0x2f, 0xfd]),
        ("7z", [.. "7z"u8, 0xbc, 0xaf, 0x27, 0x1c]), ("rar", [.. "Rar!"u8, 0x1a]), ("zlib of old joblib", [.. "ZF0x"u8]),
    ];

    /// <summary>Null when it is not compressed.</summary>
    public static string? Scan(Content content, ReadOnlySpan<byte> head, ScanPlace place, ScanRun run)
    {
        if (head.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b])) return Unpack("gzip", content,
            new GZipStream(content.Open(), CompressionMode.Decompress), place, run);
        if (Lz4Stream.Matches(head)) return Unpack("lz4", content, new Lz4Stream(content), place, run);
        if (IsZlib(head) && Unpack("zlib", content, new ZLibStream(content.Open(), CompressionMode.Decompress), place,
            run) is { } zlib) return zlib;
        foreach (var (format, mark) in Unreadable)
        {
            if (!head.StartsWith(mark)) continue;
            run.Add(
                place, ScanVerdict.Unknown, FindingCode.Unreadable, $"It is compressed as {format}, which is not unpacked here.",
                "Save the model without compression, or with gzip, zlib or lz4.");
            return format;
        }

        return null;
    }

    /// <summary>Two bytes that a text may begin with as well: only what comes out of it tells.</summary>
    private static bool IsZlib(ReadOnlySpan<byte> head) => head.Length > 2 && head[0] == 0x78 && ((head[0] << 8) | head[1]) % 31 == 0;

    private static string? Unpack(string format, Content content, Stream unpacked, ScanPlace place, ScanRun run)
    {
        using var stream = unpacked;
        using var spool = Spool.Fill(stream, content.Length, run);
        if (spool.Error is not null && spool.Content.Length == 0 && format == "zlib") return null;
        if (spool.Error is { } error)
            run.Add(place, ScanVerdict.Unknown, FindingCode.Malformed, $"As {format} {error}; what came before was scanned.",
                "Have it saved again.");
        if (spool.Content.Length > 0) run.ScanMember(spool.Content, place, format);
        return format;
    }
}
