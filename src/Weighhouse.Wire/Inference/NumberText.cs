using System.Buffers.Text;
using System.Globalization;

namespace Weighhouse.Wire.Inference;

/// <summary>Numbers from their characters, correctly rounded; most take a multiplication.</summary>
internal static class NumberText
{
    /// <summary>Powers of ten that a double holds exactly.</summary>
    private static readonly double[] Tens =
    [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ];

    private const ulong ExactMax = 1UL << 53;

    /// <summary>Half of what a float leaves off a double: there, rounding twice may differ from rounding once.</summary>
    private const long TieBits = 0x10000000, DroppedBits = 0x1FFFFFFF;

    public static bool TryFloat64(ReadOnlySpan<byte> token, out double value)
    {
        if (TryExact(token, out value)) return true;
        return IsNumber(token)
            ? double.TryParse(token, NumberStyles.Float, CultureInfo.InvariantCulture, out value)
            : TryWord(token, out value);
    }

    public static bool TryFloat32(ReadOnlySpan<byte> token, out float value)
    {
        if (TryExact(token, out var wide) && (BitConverter.DoubleToInt64Bits(wide) & DroppedBits) != TieBits)
        {
            value = (float)wide;
            return true;
        }

        if (IsNumber(token)) return float.TryParse(token, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
        var isWord = TryWord(token, out wide);
        value = (float)wide;
        return isWord;
    }

    /// <summary>A whole number written as one: 2.0 and 2e3 are none, though they have its value.</summary>
    public static bool TryInt64(ReadOnlySpan<byte> token, out long value) =>
        Utf8Parser.TryParse(token, out value, out var used) && used == token.Length && token[0] is not (byte)'+';

    public static bool TryUInt64(ReadOnlySpan<byte> token, out ulong value) =>
        Utf8Parser.TryParse(token, out value, out var used) && used == token.Length && token[0] is not (byte)'+';

    /// <summary>
    /// Clinger's quick way: digits that a double holds exactly, times or by a power of ten that it holds exactly, is rounded once.
    /// </summary>
    private static bool TryExact(ReadOnlySpan<byte> token, out double value)
    {
        value = 0;
        var at = 0;
        var isNegative = token is [(byte)'-', ..];
        if (isNegative) at++;
        var from = at;
        ulong digits = 0;
        var exponent = 0;
        for (; at < token.Length && (uint)(token[at] - '0') <= 9; at++) digits = digits * 10 + (ulong)(token[at] - '0');
        var whole = at - from;
        if (whole == 0 || whole > 1 && token[from] is (byte)'0') return false;
        if (at < token.Length && token[at] is (byte)'.')
        {
            var point = ++at;
            for (; at < token.Length && (uint)(token[at] - '0') <= 9; at++) digits = digits * 10 + (ulong)(token[at] - '0');
            exponent = point - at;
            if (exponent == 0) return false;
        }

        // 19 digits fit 64 bits; what is longer, or has an exponent, goes the long way.
        if (at != token.Length || at - from > 19 || digits > ExactMax || exponent < -22) return false;
        value = exponent == 0 ? digits : digits / Tens[-exponent];
        if (isNegative) value = -value;
        return true;
    }

    /// <summary>As JSON has it: no sign in front but '-', no leading zero, digits on both sides of a point.</summary>
    private static bool IsNumber(ReadOnlySpan<byte> token)
    {
        if (token is [(byte)'-', ..]) token = token[1..];
        var whole = Digits(token);
        if (whole == 0 || whole > 1 && token[0] is (byte)'0') return false;
        token = token[whole..];
        if (token is [(byte)'.', ..])
        {
            var part = Digits(token[1..]);
            if (part == 0) return false;
            token = token[(part + 1)..];
        }

        if (token.IsEmpty) return true;
        if (token[0] is not ((byte)'e' or (byte)'E')) return false;
        token = token[1..];
        if (token is [(byte)'+' or (byte)'-', ..]) token = token[1..];
        return token.Length > 0 && Digits(token) == token.Length;
    }

    private static int Digits(ReadOnlySpan<byte> token)
    {
        var end = token.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return end < 0 ? token.Length : end;
    }

    private static bool TryWord(ReadOnlySpan<byte> token, out double value)
    {
        value = token.SequenceEqual("NaN"u8) ? double.NaN
            : token.SequenceEqual("Infinity"u8) || token.SequenceEqual("Inf"u8) ? double.PositiveInfinity
            : token.SequenceEqual("-Infinity"u8) || token.SequenceEqual("-Inf"u8) ? double.NegativeInfinity
            : 0;
        return value != 0;
    }
}
