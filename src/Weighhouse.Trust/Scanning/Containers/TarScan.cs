using System.Globalization;
using System.Text;
using Weighhouse.Trust.Scanning.Bytes;

namespace Weighhouse.Trust.Scanning.Containers;

/// <summary>Archives of tar: POSIX, GNU's long names, and the extended headers that Python writes.</summary>
internal static class TarScan
{
    private const string Format = "tar";
    private const int Block = 512;
    private const int ChecksumAt = 148;

    /// <summary>Long names and extended headers are read into memory.</summary>
    private const int HeaderBytesMax = 1 << 20;

    public static bool Matches(ReadOnlySpan<byte> head) => head.Length == Block && HasChecksum(head);

    public static string Scan(Content content, ScanPlace place, ScanRun run)
    {
        var names = new MemberNames(place, run);
        var next = new Extended();
        var block = new byte[Block];
        var at = 0L;
        while (at < content.Length)
        {
            if (content.Read(at, block) < Block || !HasChecksum(block))
            {
                ReportEnd(content, at, block, place, run);
                return Format;
            }

            var size = next.Size ?? Number(block.AsSpan(124, 12));
            if (size < 0 || size > content.Length - at - Block)
                throw new MalformedContentException(at, $"a member of {size} bytes has {content.Length - at - Block} left");
            var body = content.Slice(at + Block, size);
            if (!next.Take((char)block[156], body)) ScanMember(block, body, at, next, names, place, run);
            if (!next.IsHeader((char)block[156])) next = new Extended();
            at += Block + ((size + Block - 1) / Block * Block);
        }

        return Format;
    }

    private static void ScanMember(
        ReadOnlySpan<byte> block, Content body, long at, Extended extended, MemberNames names, ScanPlace place, ScanRun run)
    {
        var name = extended.Name ?? NameOf(block);
        names.Check(name.TrimEnd('/'), at);
        var kind = (char)block[156] switch
        {
            '1' => "another name of a file (a hard link)",
            '2' => "a link",
            '3' or '4' => "a device",
            '6' => "a pipe",
            _ => null,
        };
        if (kind is not null)
            run.Add(place, ScanVerdict.Unsafe, FindingCode.MemberKind, $"Its member '{Shown.Text(name)}' is {kind}.",
                "Do not unpack it. Have it packed again, with files alone.", at);
        else if (block[156] != '5' && body.Length > 0) run.ScanMember(body, place, name);
    }

    /// <summary>Two blocks of zeros end an archive; whatever is behind them only some readers see.</summary>
    private static void ReportEnd(Content content, long at, ReadOnlySpan<byte> block, ScanPlace place, ScanRun run)
    {
        if (block.IndexOfAnyExcept((byte)0) >= 0)
        {
            run.Add(place, ScanVerdict.Unknown, FindingCode.Malformed,
                "A header of a member is damaged: what comes behind it was not scanned.",
                "Have it packed again.", at);
            return;
        }

        if (Zeros.FirstOther(content, at) is { } other)
            run.Add(place, ScanVerdict.Unknown, FindingCode.Crafted,
                "Something follows the end of the archive, which some readers go on with.",
                "Have it packed again.", other);
    }

    private static bool HasChecksum(ReadOnlySpan<byte> block)
    {
        var sum = 0L;
        for (var at = 0; at < Block; at++) sum += at is >= ChecksumAt and < ChecksumAt + 8 ? (byte)' ' : block[at];
        return sum != 8 * ' ' && Number(block.Slice(ChecksumAt, 8)) == sum;
    }

    /// <summary>Octal digits, or where these do not suffice a number in binary.</summary>
    private static long Number(ReadOnlySpan<byte> field)
    {
        if ((field[0] & 0x80) != 0)
        {
            var number = (long)(field[0] & 0x3f);
            foreach (var next in field[1..])
            {
                if (number > long.MaxValue >> 8) return -1;
                number = (number << 8) | next;
            }

            return (field[0] & 0x40) != 0 ? -1 : number;
        }

        var digits = Encoding.Latin1.GetString(field).Trim(' ', '\0');
        var value = 0L;
        foreach (var digit in digits)
        {
            if (digit is < '0' or > '7') return -1;
            value = (value * 8) + (digit - '0');
        }

        return value;
    }

    private static string NameOf(ReadOnlySpan<byte> block)
    {
        var name = Text(block[..100]);
        var isPosix = block.Slice(257, 6).SequenceEqual("ustar\0"u8);
        return isPosix && Text(block.Slice(345, 155)) is { Length: > 0 } folder ? folder + "/" + name : name;
    }

    private static string Text(ReadOnlySpan<byte> field)
    {
        var end = field.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? field : field[..end]);
    }

    /// <summary>What headers of their own say of the member that follows.</summary>
    private sealed class Extended
    {
        public string? Name { get; private set; }

        public long? Size { get; private set; }

        public bool IsHeader(char kind) => kind is 'x' or 'g' or 'L' or 'K';

        /// <summary>Whether it was such a header.</summary>
        public bool Take(char kind, Content body)
        {
            if (!IsHeader(kind)) return false;
            if (body.Length > HeaderBytesMax) throw new BeyondLimitException($"a name in it has {body.Length} bytes");
            if (kind == 'L') Name = Text(body.Bytes(HeaderBytesMax));
            else if (kind is 'x' or 'g') TakeRecords(Encoding.UTF8.GetString(body.Bytes(HeaderBytesMax)));
            return true;
        }

        /// <summary>"LENGTH KEY=VALUE" and a line's end each; lengths count bytes, so that what is no ASCII is told by its line.</summary>
        private void TakeRecords(string records)
        {
            foreach (var record in records.Split('\n'))
            {
                var key = record[(record.IndexOf(' ', StringComparison.Ordinal) + 1)..];
                if (key.StartsWith("path=", StringComparison.Ordinal)) Name = key["path=".Length..];
                if (key.StartsWith("size=", StringComparison.Ordinal)
                    && long.TryParse(key["size=".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var size)) Size = size;
            }
        }
    }
}
