using System.Buffers.Binary;
using System.Text;
using Weighhouse.Trust.Scanning.Bytes;

namespace Weighhouse.Trust.Scanning.Containers;

/// <summary>One member as a header tells of it: the one in the table at the end, or the one before the member's bytes.</summary>
/// <param name="HeaderAt">Where the member's own header is.</param>
internal sealed record ZipMember(
    string Name, int Flags, int Method, long PackedBytes, long Bytes, long HeaderAt, int HostSystem, uint Attributes)
{
    /// <summary>Whether its own header leaves the sizes to what follows its bytes.</summary>
    public bool HasTrailingSizes => (Flags & 8) != 0;

    /// <summary>As Unix keeps it: a link, a device.</summary>
    public int UnixKind => HostSystem == 3 ? (int)(Attributes >> 28) : 0;
}

/// <summary>Both tables of contents of a zip archive: the one at its end, and the headers among the bytes.</summary>
internal static class ZipTable
{
    public const uint LocalMark = 0x04034b50;
    private const uint CentralMark = 0x02014b50;
    private const uint EndMark = 0x06054b50;
    private const uint End64Mark = 0x06064b50;
    private const uint Locator64Mark = 0x07064b50;
    private const int EndBytes = 22;
    private const int CentralBytes = 46;
    private const int LocalBytes = 30;
    private const int CommentBytesMax = 65535;

    /// <summary>
    /// Where the table at the end begins, how many entries it has, and how far all offsets are moved by what was put before.
    /// </summary>
    /// <param name="EndAt">Behind the table.</param>
    internal readonly record struct Place(long At, long Count, long EndAt, long Shift);

    /// <summary>Looks for the end of an archive as readers do: from the end backwards.</summary>
    public static Place? FindEnd(Content content)
    {
        var length = (int)Math.Min(content.Length, EndBytes + CommentBytesMax);
        if (length < EndBytes) return null;
        var tail = new byte[length];
        var start = content.Length - length;
        content.Read(start, tail);
        for (var at = length - EndBytes; at >= 0; at--)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(at)) != EndMark) continue;
            if (Read(content, start + at, tail.AsSpan(at)) is { } place) return place;
        }

        return null;
    }

    public static List<ZipMember> ReadCentral(Content content, Place place, ScanRun run)
    {
        var members = new List<ZipMember>();
        var reader = new ContentReader(content, place.At);
        for (var count = 0L; count < place.Count && reader.Position + CentralBytes <= place.EndAt; count++)
        {
            run.Budget.TakeMember();
            var header = reader.Take(CentralBytes).ToArray().AsSpan();
            if (BinaryPrimitives.ReadUInt32LittleEndian(header) != CentralMark) break;
            var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
            var extraLength = BinaryPrimitives.ReadUInt16LittleEndian(header[30..]);
            var name = NameOf(reader.Take(nameLength), BinaryPrimitives.ReadUInt16LittleEndian(header[8..]));
            var extra = reader.Take(extraLength).ToArray();
            reader.Skip(BinaryPrimitives.ReadUInt16LittleEndian(header[32..]));
            var sizes = new Sizes(
                BinaryPrimitives.ReadUInt32LittleEndian(header[24..]), BinaryPrimitives.ReadUInt32LittleEndian(header[20..]),
                BinaryPrimitives.ReadUInt32LittleEndian(header[42..])).With(extra);
            members.Add(new ZipMember(
                name, BinaryPrimitives.ReadUInt16LittleEndian(header[8..]), BinaryPrimitives.ReadUInt16LittleEndian(header[10..]),
                sizes.Packed, sizes.Bytes, sizes.Offset + place.Shift, header[5], BinaryPrimitives.ReadUInt32LittleEndian(header[38..])));
        }

        return members;
    }

    /// <summary>The header before a member's bytes, and where these begin; null when there is none.</summary>
    public static (ZipMember Member, long BodyAt)? ReadLocal(Content content, long at)
    {
        Span<byte> header = stackalloc byte[LocalBytes];
        if (at < 0 || content.Read(at, header) < LocalBytes || BinaryPrimitives.ReadUInt32LittleEndian(header) != LocalMark) return null;
        var flags = BinaryPrimitives.ReadUInt16LittleEndian(header[6..]);
        var rest = new byte[BinaryPrimitives.ReadUInt16LittleEndian(header[26..]) + BinaryPrimitives.ReadUInt16LittleEndian(header[28..])];
        if (content.Read(at + LocalBytes, rest) < rest.Length) return null;
        var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(header[26..]);
        var sizes = new Sizes(
            BinaryPrimitives.ReadUInt32LittleEndian(header[22..]), BinaryPrimitives.ReadUInt32LittleEndian(header[18..]), at)
            .With(rest.AsSpan(nameLength));
        var member = new ZipMember(
            NameOf(rest.AsSpan(0, nameLength), flags), flags, BinaryPrimitives.ReadUInt16LittleEndian(header[8..]),
            sizes.Packed, sizes.Bytes, at, 0, 0);
        return (member, at + LocalBytes + rest.Length);
    }

    private static Place? Read(Content content, long endAt, ReadOnlySpan<byte> end)
    {
        long count = BinaryPrimitives.ReadUInt16LittleEndian(end[10..]);
        long size = BinaryPrimitives.ReadUInt32LittleEndian(end[12..]);
        long offset = BinaryPrimitives.ReadUInt32LittleEndian(end[16..]);
        var tableEnd = endAt;
        Span<byte> locator = stackalloc byte[20];
        if (endAt >= 20 && content.Read(endAt - 20, locator) == 20 && BinaryPrimitives.ReadUInt32LittleEndian(locator) == Locator64Mark)
        {
            Span<byte> end64 = stackalloc byte[56];
            var at = BinaryPrimitives.ReadInt64LittleEndian(locator[8..]);
            // What was put before the archive moves it: it stands right before its locator.
            if (content.Read(at, end64) < 56 || BinaryPrimitives.ReadUInt32LittleEndian(end64) != End64Mark) at = endAt - 20 - 56;
            if (at < 0 || content.Read(at, end64) < 56 || BinaryPrimitives.ReadUInt32LittleEndian(end64) != End64Mark) return null;
            (count, size, offset) = (
                BinaryPrimitives.ReadInt64LittleEndian(end64[32..]), BinaryPrimitives.ReadInt64LittleEndian(end64[40..]),
                BinaryPrimitives.ReadInt64LittleEndian(end64[48..]));
            tableEnd = at;
        }

        var start = tableEnd - size;
        if (size < 0 || start < 0 || offset < 0 || count < 0) return null;
        if (count == 0) return new Place(start, 0, tableEnd, 0);
        Span<byte> mark = stackalloc byte[4];
        if (content.Read(start, mark) < 4 || BinaryPrimitives.ReadUInt32LittleEndian(mark) != CentralMark) return null;
        return new Place(start, count, tableEnd, start - offset);
    }

    private static string NameOf(ReadOnlySpan<byte> bytes, int flags) =>
        ((flags & 0x800) != 0 ? Encoding.UTF8 : Encoding.Latin1).GetString(bytes);

    private readonly record struct Sizes(long Bytes, long Packed, long Offset)
    {
        /// <summary>Sizes that do not fit into 32 bits stand in an extra field, in this order, those alone.</summary>
        public Sizes With(ReadOnlySpan<byte> extra)
        {
            var result = this;
            while (extra.Length >= 4)
            {
                var kind = BinaryPrimitives.ReadUInt16LittleEndian(extra);
                var length = Math.Min(BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]), extra.Length - 4);
                var field = extra.Slice(4, length);
                extra = extra[(4 + length)..];
                if (kind != 1) continue;
                if (result.Bytes == uint.MaxValue && Next(ref field) is { } bytes) result = result with { Bytes = bytes };
                if (result.Packed == uint.MaxValue && Next(ref field) is { } packed) result = result with { Packed = packed };
                if (result.Offset == uint.MaxValue && Next(ref field) is { } offset) result = result with { Offset = offset };
            }

            return result;
        }

        private static long? Next(ref ReadOnlySpan<byte> field)
        {
            if (field.Length < 8) return null;
            var value = BinaryPrimitives.ReadInt64LittleEndian(field);
            field = field[8..];
            return value;
        }
    }
}
