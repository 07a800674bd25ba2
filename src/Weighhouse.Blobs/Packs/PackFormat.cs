using System.Buffers.Binary;
using System.Globalization;
using Weighhouse.Blobs.Hashing;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Packs;

/// <summary>What a pack holds: chunks of files, or what refers to them. Numbers are on disk.</summary>
internal enum PackKind : byte
{
    Data = 1,
    Meta = 2,
}

/// <summary>
/// The name of a pack: 16 random bytes. Two numbers, not one of 128 bits: what holds such a one is never compiled ahead of time, and
/// that was half of what every command compiled while it ran.
/// </summary>
internal readonly record struct PackId(ulong High, ulong Low)
{
    public const int Size = 16;

    private const int DigitsOfHalf = Size;

    /// <summary>32 lower-case hexadecimal digits.</summary>
    public override string ToString() => $"{High:x16}{Low:x16}";

    public static bool TryParse(ReadOnlySpan<char> digits, out PackId id)
    {
        id = default;
        if (digits.Length != Size * 2 || digits.ContainsAnyInRange('A', 'F')) return false;
        var isNumber = ulong.TryParse(digits[..DigitsOfHalf], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var high)
            & ulong.TryParse(digits[DigitsOfHalf..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var low);
        id = new PackId(high, low);
        return isNumber;
    }

    public static PackId New(IdGenerator ids)
    {
        Span<byte> bytes = stackalloc byte[Size];
        ids.Fill(bytes);
        return Read(bytes);
    }

    public static PackId Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));

    public void CopyTo(Span<byte> target)
    {
        BinaryPrimitives.WriteUInt64BigEndian(target, High);
        BinaryPrimitives.WriteUInt64BigEndian(target[8..], Low);
    }
}

/// <summary>An object in a section's footer and where its stored bytes lie: one line, and another for its base if it has one.</summary>
/// <param name="Base">What the object is stored against: it cannot be read without.</param>
internal readonly record struct PackEntry(Digest Id, ObjectInfo Info, long OffsetBytes, Digest? Base = null)
{
    public const int Size = 50;

    /// <summary>In the place of the kind, of a line that names the base of the object in the line before.</summary>
    private const byte BaseLine = 5;

    public int LineCount => Base is null ? 1 : 2;

    public void CopyTo(Span<byte> target)
    {
        Id.CopyTo(target);
        target[32] = (byte)Info.Kind;
        target[33] = (byte)Info.Codec;
        BinaryPrimitives.WriteInt64LittleEndian(target[34..], OffsetBytes);
        BinaryPrimitives.WriteInt32LittleEndian(target[42..], Info.StoredBytes);
        BinaryPrimitives.WriteInt32LittleEndian(target[46..], Info.RawBytes);
        if (Base is not { } leansOn) return;
        target = target.Slice(Size, Size);
        target.Clear();
        leansOn.CopyTo(target);
        target[32] = BaseLine;
    }

    /// <summary>The base that a line of a footer names; null when the line is an object's.</summary>
    public static Digest? BaseIn(ReadOnlySpan<byte> line) => line[32] == BaseLine ? new Digest(line[..Digest.Size]) : null;

    /// <summary>The object of a line, without its base.</summary>
    public static PackEntry Read(ReadOnlySpan<byte> bytes)
    {
        var info = new ObjectInfo(
            (ObjectKind)bytes[32],
            (ObjectCodec)bytes[33],
            RawBytes: BinaryPrimitives.ReadInt32LittleEndian(bytes[46..]),
            StoredBytes: BinaryPrimitives.ReadInt32LittleEndian(bytes[42..]));
        return new PackEntry(new Digest(bytes[..Digest.Size]), info, BinaryPrimitives.ReadInt64LittleEndian(bytes[34..]));
    }
}

/// <summary>The fixed end of a section. Positions are from the start of the pack.</summary>
/// <param name="SectionStart">Where the section's bytes begin: after the header or the trailer before.</param>
/// <param name="PreviousTrailer">Where the trailer before this one begins; 0 for the first section.</param>
/// <param name="LineCount">Of the footer.</param>
internal readonly record struct PackTrailer(long SectionStart, long PreviousTrailer, int LineCount)
{
    public const int Size = 64;

    private const int HashedBytes = 32;

    private static readonly Blake3Mode Mode = Blake3Mode.Derive("weighhouse pack section 1");

    public static ReadOnlySpan<byte> Magic => "WHSECT1\n"u8;

    /// <summary>The trailer of a section whose objects end at <paramref name="position"/>, where its footer begins.</summary>
    public static byte[] Seal(PackId pack, long sectionStart, long previousTrailer, long position, ReadOnlySpan<byte> footer)
    {
        var trailer = new byte[Size];
        Magic.CopyTo(trailer);
        BinaryPrimitives.WriteInt64LittleEndian(trailer.AsSpan(8), sectionStart);
        BinaryPrimitives.WriteInt64LittleEndian(trailer.AsSpan(16), previousTrailer);
        BinaryPrimitives.WriteInt32LittleEndian(trailer.AsSpan(24), footer.Length / PackEntry.Size);
        var check = BeginCheck(pack, position + footer.Length);
        check.Update(footer);
        FinishCheck(check, trailer).CopyTo(trailer.AsSpan(HashedBytes));
        return trailer;
    }

    /// <summary>The trailer at this position if its own fields make sense; its footer is still to be checked.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, long position, out PackTrailer trailer)
    {
        trailer = default;
        if (!bytes.StartsWith(Magic)) return false;
        trailer = new PackTrailer(
            BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[24..]));
        var footerBytes = (long)trailer.LineCount * PackEntry.Size;
        var follows = trailer.PreviousTrailer == 0 ? PackHeader.Size : trailer.PreviousTrailer + Size;
        return trailer.LineCount > 0 && trailer.SectionStart == follows && position - footerBytes >= trailer.SectionStart;
    }

    /// <summary>Whether the trailer holds this check of itself and its footer.</summary>
    public static bool IsSound(ReadOnlySpan<byte> trailer, Digest? check) =>
        new Digest(trailer.Slice(HashedBytes, Digest.Size)) == check;

    /// <summary>
    /// Bound to the pack and the position: the bytes of a section mean nothing elsewhere, in an uploaded file least of all. The footer
    /// follows, in any parts, then <see cref="FinishCheck"/>.
    /// </summary>
    public static Blake3 BeginCheck(PackId pack, long position)
    {
        var hasher = new Blake3(Blake3Paths.Best, Mode);
        Span<byte> place = stackalloc byte[PackId.Size + sizeof(long)];
        pack.CopyTo(place);
        BinaryPrimitives.WriteInt64LittleEndian(place[PackId.Size..], position);
        hasher.Update(place);
        return hasher;
    }

    public static Digest FinishCheck(Blake3 hasher, ReadOnlySpan<byte> trailer)
    {
        hasher.Update(trailer[..HashedBytes]);
        return hasher.Finish();
    }
}

/// <summary>The first bytes of a pack.</summary>
internal static class PackHeader
{
    public const int Size = 32;
    private const int KindAt = 8, EpochAt = 12, IdAt = 16;

    private static ReadOnlySpan<byte> Magic => "WHPACK1\n"u8;

    /// <param name="epoch">How many collections had begun when the sessions began that write this pack.</param>
    public static byte[] Write(PackKind kind, PackId id, int epoch)
    {
        var bytes = new byte[Size];
        Magic.CopyTo(bytes);
        bytes[KindAt] = (byte)kind;
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(EpochAt), epoch);
        id.CopyTo(bytes.AsSpan(IdAt));
        return bytes;
    }

    public static bool TryRead(ReadOnlySpan<byte> bytes, out PackKind kind, out PackId id, out int epoch)
    {
        (kind, id, epoch) = (default, default, 0);
        if (bytes.Length < Size || !bytes.StartsWith(Magic)) return false;
        (kind, id) = ((PackKind)bytes[KindAt], PackId.Read(bytes[IdAt..]));
        epoch = BinaryPrimitives.ReadInt32LittleEndian(bytes[EpochAt..]);
        return kind is PackKind.Data or PackKind.Meta;
    }
}
