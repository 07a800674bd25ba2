using System.Buffers.Text;

namespace Weighhouse.Versioning.Content.Tables;

/// <summary>What a cell's bytes stand for.</summary>
internal static class CellValue
{
    /// <summary>No number of a data file is longer; parsing long digits would cost a cell's length squared.</summary>
    private const int NumberBytesMax = 64;

    public static bool TryNumber(ReadOnlySpan<byte> cell, out double value)
    {
        value = 0;
        if (cell.Length is 0 or > NumberBytesMax) return false;
        if (cell[0] == '+') cell = cell[1..];
        return Utf8Parser.TryParse(cell, out value, out var consumed) && consumed == cell.Length;
    }

    public static bool IsInteger(ReadOnlySpan<byte> cell)
    {
        var digits = cell.Length > 0 && cell[0] is (byte)'-' or (byte)'+' ? cell[1..] : cell;
        return digits.Length > 0 && !digits.ContainsAnyExceptInRange((byte)'0', (byte)'9');
    }

    public static bool IsBoolean(ReadOnlySpan<byte> cell) => cell.Length is 4 or 5
        && (System.Text.Ascii.EqualsIgnoreCase(cell, "true"u8) || System.Text.Ascii.EqualsIgnoreCase(cell, "false"u8));

    /// <summary>A fixed hash of 64 bits, for counting: the same in every process, and no defence against who chooses the cells.</summary>
    public static ulong Hash(ReadOnlySpan<byte> bytes)
    {
        const ulong One = 0x9E3779B97F4A7C15, Other = 0xD6E8FEB86659FD93;
        var hash = (ulong)bytes.Length * One;
        while (bytes.Length >= sizeof(ulong))
        {
            hash = Mix(hash ^ BitConverter.ToUInt64(bytes), One);
            bytes = bytes[sizeof(ulong)..];
        }

        ulong tail = 0;
        foreach (var value in bytes) tail = tail << 8 | value;
        return Mix(Mix(hash ^ tail, Other) ^ One, Other);
    }

    private static ulong Mix(ulong value, ulong factor)
    {
        var high = Math.BigMul(value, factor, out ulong low);
        return high ^ low;
    }
}
