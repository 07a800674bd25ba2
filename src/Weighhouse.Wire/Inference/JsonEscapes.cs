using System.Buffers.Text;
using System.Text;

namespace Weighhouse.Wire.Inference;

/// <summary>Texts of JSON with their escapes, and without.</summary>
internal static class JsonEscapes
{
    public static int Read(ReadOnlySpan<byte> raw, Span<byte> target)
    {
        var written = 0;
        while (true)
        {
            var slash = raw.IndexOf((byte)'\\');
            var plain = slash < 0 ? raw : raw[..slash];
            plain.CopyTo(target[written..]);
            written += plain.Length;
            if (slash < 0) return written;
            raw = raw[slash..];
            if (raw.Length < 2) return -1;
            if (raw[1] is (byte)'u')
            {
                if (!ReadRune(ref raw, out var rune)) return -1;
                written += rune.EncodeToUtf8(target[written..]);
                continue;
            }

            var one = raw[1] switch
            {
                (byte)'"' or (byte)'\\' or (byte)'/' => raw[1],
                (byte)'b' => (byte)'\b',
                (byte)'f' => (byte)'\f',
                (byte)'n' => (byte)'\n',
                (byte)'r' => (byte)'\r',
                (byte)'t' => (byte)'\t',
                _ => (byte)0,
            };
            if (one == 0) return -1;
            target[written++] = one;
            raw = raw[2..];
        }
    }

    private static bool ReadRune(ref ReadOnlySpan<byte> raw, out Rune rune)
    {
        rune = default;
        if (!ReadUnit(ref raw, out var high)) return false;
        if (Rune.TryCreate(high, out rune)) return true;
        return char.IsHighSurrogate(high) && ReadUnit(ref raw, out var low) && Rune.TryCreate(high, low, out rune);
    }

    private static bool ReadUnit(ref ReadOnlySpan<byte> raw, out char unit)
    {
        unit = default;
        if (raw.Length < 6 || raw[0] is not (byte)'\\' || raw[1] is not (byte)'u') return false;
        if (!Utf8Parser.TryParse(raw.Slice(2, 4), out uint value, out var used, 'x') || used != 4) return false;
        unit = (char)value;
        raw = raw[6..];
        return true;
    }
}
