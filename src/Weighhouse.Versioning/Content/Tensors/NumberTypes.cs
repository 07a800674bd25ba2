using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Weighhouse.Versioning.Content.Tensors;

/// <summary>Numbers whose bytes we can read.</summary>
internal enum NumberType
{
    Float64,
    Float32,
    Float16,
    BFloat16,
    Float8E4M3,
    Float8E5M2,
    Int64,
    Int32,
    Int16,
    Int8,
    UInt64,
    UInt32,
    UInt16,
    UInt8,
}

/// <summary>What formats call their numbers, and the numbers as doubles. Little-endian, as every format here stores them.</summary>
internal static class NumberTypes
{
    private static readonly double[] E4M3 = MakeTable(exponentBits: 4, bias: 7), E5M2 = MakeTable(exponentBits: 5, bias: 15);

    /// <summary>Null for what has no numbers we can read: quantised blocks, text, big-endian arrays.</summary>
    public static NumberType? Of(string dataType) => dataType switch
    {
        "F64" or "<f8" or "DOUBLE" => NumberType.Float64,
        "F32" or "<f4" or "FLOAT" => NumberType.Float32,
        "F16" or "<f2" or "FLOAT16" => NumberType.Float16,
        "BF16" or "BFLOAT16" => NumberType.BFloat16,
        "F8_E4M3" or "FLOAT8E4M3FN" => NumberType.Float8E4M3,
        "F8_E5M2" or "FLOAT8E5M2" => NumberType.Float8E5M2,
        "I64" or "<i8" or "INT64" => NumberType.Int64,
        "I32" or "<i4" or "INT32" => NumberType.Int32,
        "I16" or "<i2" or "INT16" => NumberType.Int16,
        "I8" or "|i1" or "<i1" or "INT8" => NumberType.Int8,
        "U64" or "<u8" or "UINT64" => NumberType.UInt64,
        "U32" or "<u4" or "UINT32" => NumberType.UInt32,
        "U16" or "<u2" or "UINT16" => NumberType.UInt16,
        "U8" or "BOOL" or "|u1" or "<u1" or "|b1" or "UINT8" => NumberType.UInt8,
        _ => null,
    };

    public static int BytesOf(NumberType type) => type switch
    {
        NumberType.Float64 or NumberType.Int64 or NumberType.UInt64 => 8,
        NumberType.Float32 or NumberType.Int32 or NumberType.UInt32 => 4,
        NumberType.Float16 or NumberType.BFloat16 or NumberType.Int16 or NumberType.UInt16 => 2,
        _ => 1,
    };

    public static bool IsFloat(NumberType type) => type <= NumberType.Float8E5M2;

    /// <summary>As many numbers as the target takes.</summary>
    public static void ToDoubles(NumberType type, ReadOnlySpan<byte> bytes, Span<double> target)
    {
        switch (type)
        {
            case NumberType.Float64: MemoryMarshal.Cast<byte, double>(bytes).CopyTo(target); break;
            case NumberType.Float32: Widen(MemoryMarshal.Cast<byte, float>(bytes), target); break;
            case NumberType.Float16: WidenHalves(MemoryMarshal.Cast<byte, ushort>(bytes), target); break;
            case NumberType.BFloat16: WidenBrains(MemoryMarshal.Cast<byte, ushort>(bytes), target); break;
            case NumberType.Float8E4M3: LookUp(bytes, E4M3, target); break;
            case NumberType.Float8E5M2: LookUp(bytes, E5M2, target); break;
            case NumberType.Int64: Convert(MemoryMarshal.Cast<byte, long>(bytes), target); break;
            case NumberType.Int32: Convert(MemoryMarshal.Cast<byte, int>(bytes), target); break;
            case NumberType.Int16: Convert(MemoryMarshal.Cast<byte, short>(bytes), target); break;
            case NumberType.Int8: Convert(MemoryMarshal.Cast<byte, sbyte>(bytes), target); break;
            case NumberType.UInt64: Convert(MemoryMarshal.Cast<byte, ulong>(bytes), target); break;
            case NumberType.UInt32: Convert(MemoryMarshal.Cast<byte, uint>(bytes), target); break;
            case NumberType.UInt16: Convert(MemoryMarshal.Cast<byte, ushort>(bytes), target); break;
            default: Convert(bytes, target); break;
        }
    }

    private static void Widen(ReadOnlySpan<float> source, Span<double> target)
    {
        var i = 0;
        for (; i <= source.Length - Vector256<float>.Count; i += Vector256<float>.Count)
            Store(Vector256.Create(source.Slice(i, Vector256<float>.Count)), target[i..]);
        for (; i < source.Length; i++) target[i] = source[i];
    }

    private static void WidenBrains(ReadOnlySpan<ushort> source, Span<double> target)
    {
        var i = 0;
        for (; i <= source.Length - Vector128<ushort>.Count; i += Vector128<ushort>.Count)
        {
            var (lower, upper) = Vector128.Widen(Vector128.Create(source.Slice(i, Vector128<ushort>.Count)));
            Store((Vector256.Create(lower, upper) << 16).AsSingle(), target[i..]);
        }

        for (; i < source.Length; i++) target[i] = BitConverter.UInt32BitsToSingle((uint)source[i] << 16);
    }

    /// <summary>
    /// The exponent and fraction of a half, moved to their place in a float, make a number that is 2^112 times too small, subnormal ones
    /// included; what is not finite keeps its fraction under a full exponent.
    /// </summary>
    private static void WidenHalves(ReadOnlySpan<ushort> source, Span<double> target)
    {
        var scale = Vector256.Create(BitConverter.UInt32BitsToSingle((127 + 112) << 23));
        var i = 0;
        for (; i <= source.Length - Vector128<ushort>.Count; i += Vector128<ushort>.Count)
        {
            var (lower, upper) = Vector128.Widen(Vector128.Create(source.Slice(i, Vector128<ushort>.Count)));
            var bits = Vector256.Create(lower, upper);
            var sign = (bits & Vector256.Create(0x8000u)) << 16;
            var magnitude = (bits & Vector256.Create(0x7FFFu)) << 13;
            var finite = (magnitude.AsSingle() * scale).AsUInt32();
            var isFinite = Vector256.LessThan(magnitude.AsInt32(), Vector256.Create(0x7C00 << 13)).AsUInt32();
            var value = Vector256.ConditionalSelect(isFinite, finite, magnitude | Vector256.Create(0x7F800000u)) | sign;
            Store(value.AsSingle(), target[i..]);
        }

        for (; i < source.Length; i++) target[i] = (double)BitConverter.UInt16BitsToHalf(source[i]);
    }

    private static void Store(Vector256<float> floats, Span<double> target)
    {
        var (lower, upper) = Vector256.Widen(floats);
        lower.CopyTo(target);
        upper.CopyTo(target[Vector256<double>.Count..]);
    }

    private static void LookUp(ReadOnlySpan<byte> source, double[] table, Span<double> target)
    {
        for (var i = 0; i < source.Length; i++) target[i] = table[source[i]];
    }

    private static void Convert<T>(ReadOnlySpan<T> source, Span<double> target)
        where T : INumber<T>
    {
        for (var i = 0; i < source.Length; i++) target[i] = double.CreateTruncating(source[i]);
    }

    private static double[] MakeTable(int exponentBits, int bias)
    {
        var (table, fractionBits) = (new double[256], 7 - exponentBits);
        for (var i = 0; i < table.Length; i++)
        {
            var exponent = (i >> fractionBits) & ((1 << exponentBits) - 1);
            var fraction = (i & ((1 << fractionBits) - 1)) / (double)(1 << fractionBits);
            var value = exponent == 0 ? Math.ScaleB(fraction, 1 - bias) : Math.ScaleB(1 + fraction, exponent - bias);
            // E4M3 has no infinities, and NaN only where all bits are set; E5M2 is a half without its last byte.
            if (exponentBits == 5 && exponent == 31) value = fraction == 0 ? double.PositiveInfinity : double.NaN;
            if (exponentBits == 4 && (i & 0x7F) == 0x7F) value = double.NaN;
            table[i] = (i & 0x80) == 0 ? value : -value;
        }

        return table;
    }
}
