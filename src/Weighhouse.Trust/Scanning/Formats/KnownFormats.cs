namespace Weighhouse.Trust.Scanning.Formats;

/// <summary>
/// Formats that are told by their first bytes and looked into no further: pictures and tables, which run nothing, and programs.
/// </summary>
internal static class KnownFormats
{
    private static readonly (string Format, byte[] Mark)[] Data =
    [
        ("png", [0x89, .. "PNG\r\n"u8, 0x1a, .. "\n"u8]), ("jpeg", [0xff, 0xd8, 0xff]), ("gif", [.. "GIF8"u8]),
        ("parquet", [.. "PAR1"u8]), ("arrow", [.. "ARROW1"u8]), ("pdf", [.. "%PDF-"u8]),
    ];

    private static readonly (string Format, byte[] Mark)[] Programs =
    [
        ("elf", [0x7f, .. "ELF"u8]), ("windows program", [.. "MZ"u8]), ("mach-o", [0xcf, 0xfa, 0xed, 0xfe]),
            ("mach-o", [0xca, 0xfe, 0xba, 0xbe]),
        ("wasm", [0, .. "asm"u8]),
    ];

    public static string? Scan(ReadOnlySpan<byte> head, ScanPlace place, ScanRun run)
    {
        foreach (var (format, mark) in Data)
            if (head.StartsWith(mark)) return format;
        foreach (var (format, mark) in Programs)
        {
            if (!head.StartsWith(mark)) continue;
            run.Add(
                place, ScanVerdict.Unknown, FindingCode.Code, "It is a program or a library of one, which no scan can judge.",
                "Leave it out of the model, or let a person decide.", 0);
            return format;
        }

        return null;
    }
}
