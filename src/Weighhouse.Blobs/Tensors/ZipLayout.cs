using System.Buffers.Binary;
using System.Text;
using Weighhouse.Blobs.Chunking;

namespace Weighhouse.Blobs.Tensors;

/// <summary>
/// Zip archives whose entries are stored, not compressed: npz and torch. Read from entry to entry by the local headers, so that a
/// stream is cut like a file; the first entry that does not say how long it is ends the reading.
/// </summary>
internal sealed class ZipLayout() : TensorLayout("zip")
{
    private const int HeaderBytes = 30;
    private const ushort Encrypted = 1, SizesFollow = 8, Zip64Tag = 1;

    private Region? _tensor;

    private static ReadOnlySpan<byte> Magic => "PK\x03\x04"u8;

    public static bool Matches(ReadOnlySpan<byte> start) => start.StartsWith(Magic);

    public override Region? Next(ReadOnlySpan<byte> bytes, long position, out int neededBytes)
    {
        neededBytes = 0;
        if (_tensor is { } tensor)
        {
            _tensor = null;
            return tensor;
        }

        // Small entries are gathered, headers and all, until there is enough for a region.
        for (long at = 0; ;)
        {
            if (at >= OwnRegionBytes) return new Region(RegionKind.Generic, position + at);
            if (!TryReadEntry(bytes[(int)Math.Min(at, bytes.Length)..], out var entry, out var needed))
            {
                neededBytes = (int)at + needed;
                return null;
            }

            if (entry is not { } found || !IsPosition(position + at + found.DataStart + found.LengthBytes))
                return new Region(RegionKind.Generic, long.MaxValue);
            var start = at + found.DataStart;
            if (found.IsTensor) Tensors.Add(found.Describe(position + start));
            at = start + found.LengthBytes;
            if (found.LengthBytes < OwnRegionBytes) continue;
            _tensor = new Region(RegionKind.Tensor, position + at);
            return new Region(RegionKind.Generic, position + start);
        }
    }

    /// <summary>False when more bytes are needed; an entry of null is the end of what can be read.</summary>
    private static bool TryReadEntry(ReadOnlySpan<byte> bytes, out Entry? entry, out int needed)
    {
        (entry, needed) = (null, HeaderBytes);
        if (bytes.Length < HeaderBytes) return false;
        if (!bytes.StartsWith(Magic)) return true;
        var flags = BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]);
        var method = BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]);
        var nameBytes = BinaryPrimitives.ReadUInt16LittleEndian(bytes[26..]);
        var dataStart = HeaderBytes + nameBytes + BinaryPrimitives.ReadUInt16LittleEndian(bytes[28..]);
        if (bytes.Length < dataStart)
        {
            needed = dataStart;
            return false;
        }

        if ((flags & (Encrypted | SizesFollow)) != 0) return true;
        var extra = bytes[(HeaderBytes + nameBytes)..dataStart];
        if (PackedLength(bytes, extra) is not { } length) return true;
        var name = Encoding.UTF8.GetString(bytes.Slice(HeaderBytes, nameBytes));
        if (method != 0)
        {
            // Its bytes are no tensor's, but how many they are is known.
            entry = new Entry(name, dataStart, length, "", [], IsTensor: false);
            return true;
        }

        return TryReadStored(bytes, name, dataStart, length, out entry, out needed);
    }

    private static bool TryReadStored(ReadOnlySpan<byte> bytes, string name, int dataStart, long length, out Entry? entry, out int needed)
    {
        entry = new Entry(name, dataStart, length, "", [], IsTensor: name.Contains("/data/", StringComparison.Ordinal));
        needed = 0;
        if (!name.EndsWith(".npy", StringComparison.Ordinal) || length < NpyHeader.NeededBytes([])) return true;
        var header = NpyHeader.NeededBytes(bytes[dataStart..]);
        if (header > Math.Min(length, NpyHeader.BytesMax)) return true;
        needed = dataStart + header;
        if (bytes.Length < needed) return false;
        if (NpyHeader.Read(bytes.Slice(dataStart, header)) is not { } array) return true;
        if (LengthOf(array.Shape, array.ElementBytes) != length - header) return true;
        entry = new Entry(name[..^4], dataStart + header, length - header, array.DataType, array.Shape, IsTensor: true);
        return true;
    }

    private static long? PackedLength(ReadOnlySpan<byte> header, ReadOnlySpan<byte> extra)
    {
        var packed = BinaryPrimitives.ReadUInt32LittleEndian(header[18..]);
        var raw = BinaryPrimitives.ReadUInt32LittleEndian(header[22..]);
        if (packed != uint.MaxValue) return packed;
        while (extra.Length >= 4)
        {
            var tag = BinaryPrimitives.ReadUInt16LittleEndian(extra);
            var length = BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]);
            if (extra.Length < 4 + length) return null;
            if (tag == Zip64Tag)
            {
                // The raw length comes first, if it did not fit either.
                var at = 4 + (raw == uint.MaxValue ? sizeof(long) : 0);
                if (4 + length < at + sizeof(long)) return null;
                var value = BinaryPrimitives.ReadInt64LittleEndian(extra[at..]);
                return IsPosition(value) ? value : null;
            }

            extra = extra[(4 + length)..];
        }

        return null;
    }

    private readonly record struct Entry(
        string Name, int DataStart, long LengthBytes, string DataType, IReadOnlyList<long> Shape, bool IsTensor)
    {
        public TensorInfo Describe(long offset) => new(Name, DataType, Shape, offset, LengthBytes);
    }
}
