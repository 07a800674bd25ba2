using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Planes;

/// <summary>
/// Packs numbers by byte planes, each in the way that suits it: zeros as nothing, bytes without order as they are, mostly zeros by
/// mask and values, the rest by Brotli. docs/formats/packs.md describes the bytes.
/// </summary>
internal static class PlaneCodec
{
    /// <summary>Above this many bits a byte Brotli would only copy; weights' lowest mantissa bytes have 8.</summary>
    private const double EntropyMax = 7.8;

    /// <summary>From this share of zeros on, mask and values read back quicker than the whole plane.</summary>
    private const double SparseShareMin = 0.5;

    /// <summary>1: higher ones find nothing more in mantissas and take up to twenty times as long.</summary>
    private const int Quality = 1;

    private const int WindowMin = 10, WindowMax = 20;

    private const int StripHeaderBytes = 1 + sizeof(int), WidthBytes = 1;

    private enum Method : byte
    {
        Zeros = 0,
        Plain = 1,
        Brotli = 2,
        Sparse = 3,
    }

    /// <summary>The length of the packed form at the start of <paramref name="target"/>; 0 when it does not fit.</summary>
    public static int Pack(ReadOnlySpan<byte> raw, int width, Span<byte> target)
    {
        Invariant.That(BytePlanes.IsWidth(width));
        if (target.Length < WidthBytes) return 0;
        var rented = ArrayPool<byte>.Shared.Rent(raw.Length);
        try
        {
            var planes = rented.AsSpan(0, raw.Length);
            BytePlanes.Split(raw, width, planes);
            target[0] = (byte)width;
            var at = WidthBytes;
            var count = raw.Length / width;
            for (var plane = 0; plane < width; plane++)
            {
                var length = PackPlane(planes.Slice(plane * count, count), target[at..]);
                if (length == 0) return 0;
                at += length;
            }

            var rest = planes[(count * width)..];
            return rest.TryCopyTo(target[at..]) ? at + rest.Length : 0;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>
    /// False when the bytes are no packed form of this length. Takes memory by the length of <paramref name="raw"/> alone.
    /// </summary>
    public static bool TryUnpack(ReadOnlySpan<byte> packed, Span<byte> raw)
    {
        if (packed.IsEmpty || !BytePlanes.IsWidth(packed[0])) return false;
        int width = packed[0], count = raw.Length / width;
        packed = packed[WidthBytes..];
        var rented = ArrayPool<byte>.Shared.Rent(raw.Length);
        try
        {
            var planes = rented.AsSpan(0, raw.Length);
            for (var plane = 0; plane < width; plane++)
                if (!TryUnpackPlane(ref packed, planes.Slice(plane * count, count))) return false;
            var rest = planes[(count * width)..];
            if (packed.Length != rest.Length) return false;
            packed.CopyTo(rest);
            BytePlanes.Join(planes, width, raw);
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static int PackPlane(ReadOnlySpan<byte> plane, Span<byte> target)
    {
        var zeros = SparseBytes.CountZeros(plane);
        if (zeros == plane.Length || zeros < plane.Length * SparseShareMin) return PackStrip(plane, zeros == plane.Length, target);
        if (target.Length < 1) return 0;
        var (maskLength, valueCount) = (SparseBytes.MaskLength(plane.Length), plane.Length - zeros);
        var rented = ArrayPool<byte>.Shared.Rent(maskLength + valueCount);
        try
        {
            Span<byte> mask = rented.AsSpan(0, maskLength), values = rented.AsSpan(maskLength, valueCount);
            SparseBytes.Part(plane, mask, values);
            target[0] = (byte)Method.Sparse;
            var maskStored = PackStrip(mask, false, target[1..]);
            if (maskStored == 0) return 0;
            var valuesStored = PackStrip(values, false, target[(1 + maskStored)..]);
            return valuesStored == 0 ? 0 : 1 + maskStored + valuesStored;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static bool TryUnpackPlane(ref ReadOnlySpan<byte> packed, Span<byte> plane)
    {
        if (packed.IsEmpty || packed[0] != (byte)Method.Sparse) return TryUnpackStrip(ref packed, plane);
        packed = packed[1..];
        var maskLength = SparseBytes.MaskLength(plane.Length);
        var rented = ArrayPool<byte>.Shared.Rent(maskLength + plane.Length + sizeof(ulong));
        try
        {
            var mask = rented.AsSpan(0, maskLength);
            if (!TryUnpackStrip(ref packed, mask)) return false;
            var count = SparseBytes.CountValues(mask, plane.Length);
            if (count < 0 || !TryUnpackStrip(ref packed, rented.AsSpan(maskLength, count))) return false;
            SparseBytes.Unite(mask, rented.AsSpan(maskLength, count + sizeof(ulong)), plane);
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static int PackStrip(ReadOnlySpan<byte> bytes, bool isZeros, Span<byte> target)
    {
        if (target.Length < StripHeaderBytes) return 0;
        var body = target[StripHeaderBytes..];
        if (isZeros || bytes.IsEmpty) return Head(target, Method.Zeros, 0);
        // A packed strip that saves nothing would only cost the time of unpacking it.
        var most = Math.Min(body.Length, bytes.Length - 1);
        var window = Math.Clamp(32 - int.LeadingZeroCount(bytes.Length), WindowMin, WindowMax);
        if (Entropy.BitsPerByte(bytes) <= EntropyMax && BrotliEncoder.TryCompress(bytes, body[..most], out var length, Quality, window))
            return Head(target, Method.Brotli, length);
        return bytes.TryCopyTo(body) ? Head(target, Method.Plain, bytes.Length) : 0;
    }

    private static int Head(Span<byte> target, Method method, int stored)
    {
        target[0] = (byte)method;
        BinaryPrimitives.WriteInt32LittleEndian(target[1..], stored);
        return StripHeaderBytes + stored;
    }

    private static bool TryUnpackStrip(ref ReadOnlySpan<byte> packed, Span<byte> bytes)
    {
        if (packed.Length < StripHeaderBytes) return false;
        var method = (Method)packed[0];
        var length = BinaryPrimitives.ReadUInt32LittleEndian(packed[1..]);
        packed = packed[StripHeaderBytes..];
        if (length > packed.Length) return false;
        var body = packed[..(int)length];
        packed = packed[(int)length..];
        switch (method)
        {
            case Method.Zeros when body.IsEmpty:
                bytes.Clear();
                return true;
            case Method.Plain when body.Length == bytes.Length:
                body.CopyTo(bytes);
                return true;
            case Method.Brotli:
                return BrotliDecoder.TryDecompress(body, bytes, out var written) && written == bytes.Length;
            default:
                return false;
        }
    }
}
