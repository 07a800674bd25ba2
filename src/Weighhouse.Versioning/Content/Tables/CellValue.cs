using System.Buffers.Binary;
using System.Buffers.Text;

namespace Weighhouse.Versioning.Content.Tables;

/// <summary>What a cell's bytes stand for.</summary>
internal static class CellValue
{
    /// <summary>No number of a data file is longer; parsing long digits would cost a cell's length squared.</summary>
    private const int NumberBytesMax = 64;

    /// <summary>Digits that a double holds exactly as a whole number.</summary>
    private const int ExactDigitsMax = 15;

    /// <summary>Powers of ten that a double holds exactly: one division by one of them rounds once, as a parser does.</summary>
    private static readonly double[] Powers = [.. Enumerable.Range(0, ExactDigitsMax + 1).Select(static power => Math.Pow(10, power))];

    public static bool TryNumber(ReadOnlySpan<byte> cell, out double value) => TryNumber(cell, out value, out _);

    /// <param name="isInteger">Whether the number is written without a point and an exponent.</param>
    public static bool TryNumber(ReadOnlySpan<byte> cell, out double value, out bool isInteger)
    {
        (value, isInteger) = (0, false);
        if (cell.Length is 0 or > NumberBytesMax) return false;
        var (isNegative, at) = (cell[0] == '-', cell[0] == '-' ? 1 : 0);
        var (digits, point) = (0L, 0);
        for (; at < cell.Length; at++)
        {
            var digit = (uint)(cell[at] - '0');
            if (digit <= 9) digits = digits * 10 + digit;
            else if (cell[at] == '.' && point == 0 && at > (isNegative ? 1 : 0)) point = at + 1;
            else return MayGoOn(cell, at) && TryAnyNumber(cell, out value, out isInteger);
            // The rest may have more digits than a double holds.
            if (at > ExactDigitsMax) return TryAnyNumber(cell, out value, out isInteger);
        }

        var decimals = point == 0 ? 0 : cell.Length - point;
        if (cell.Length - (isNegative ? 1 : 0) == 0 || (point != 0 && decimals == 0)) return TryAnyNumber(cell, out value, out isInteger);
        value = decimals == 0 ? digits : digits / Powers[decimals];
        if (isNegative) value = -value;
        isInteger = point == 0;
        return true;
    }

    public static bool IsInteger(ReadOnlySpan<byte> cell)
    {
        var digits = cell.Length > 0 && cell[0] is (byte)'-' or (byte)'+' ? cell[1..] : cell;
        return digits.Length > 0 && !digits.ContainsAnyExceptInRange((byte)'0', (byte)'9');
    }

    public static bool IsBoolean(ReadOnlySpan<byte> cell) => cell.Length is 4 or 5
        && (System.Text.Ascii.EqualsIgnoreCase(cell, "true"u8) || System.Text.Ascii.EqualsIgnoreCase(cell, "false"u8));

    /// <summary>
    /// A hash of 64 bits: without a seed the same in every process, and then no defence against who chooses the cells.
    /// </summary>
    public static ulong Hash(ReadOnlySpan<byte> bytes, ulong seed = 0)
    {
        const ulong One = 0x9E3779B97F4A7C15, Other = 0xD6E8FEB86659FD93;
        var hash = (ulong)bytes.Length * One ^ seed;
        while (bytes.Length >= sizeof(ulong))
        {
            hash = Mix(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes), One);
            bytes = bytes[sizeof(ulong)..];
        }

        ulong tail = 0;
        foreach (var value in bytes) tail = tail << 8 | value;
        return Mix(Mix(hash ^ tail, Other) ^ One, Other);
    }

    /// <summary>
    /// Whether what is no digit may stand in a number: an exponent behind digits, a point or the start of NaN and Infinity before. Text
    /// and dates are told from numbers without a parser.
    /// </summary>
    private static bool MayGoOn(ReadOnlySpan<byte> cell, int at) => (cell[at] | 0x20) switch
    {
        'e' or '.' => true,
        'n' or 'i' or '+' => at == 0 || (at == 1 && cell[0] == '-'),
        _ => false,
    };

    private static bool TryAnyNumber(ReadOnlySpan<byte> cell, out double value, out bool isInteger)
    {
        isInteger = IsInteger(cell);
        if (cell[0] == '+') cell = cell[1..];
        return Utf8Parser.TryParse(cell, out value, out var consumed) && consumed == cell.Length;
    }

    private static ulong Mix(ulong value, ulong factor)
    {
        var high = Math.BigMul(value, factor, out ulong low);
        return high ^ low;
    }
}
