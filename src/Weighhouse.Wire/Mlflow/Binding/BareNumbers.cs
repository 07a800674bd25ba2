using System.Buffers;

namespace Weighhouse.Wire.Mlflow.Binding;

/// <summary>
/// Python's json writes NaN and the infinities as bare words, which JSON does not know. A body that has them is rewritten with the words
/// in quotes, where the binding of doubles understands them.
/// </summary>
internal static class BareNumbers
{
    /// <summary>The body with its bare words quoted; null when it has none outside of strings.</summary>
    public static byte[]? Quote(ReadOnlySpan<byte> body)
    {
        if (body.IndexOf("NaN"u8) < 0 && body.IndexOf("Infinity"u8) < 0) return null;
        var quoted = new ArrayBufferWriter<byte>(body.Length + 64);
        var found = false;
        var at = 0;
        while (at < body.Length)
        {
            var length = body[at] is (byte)'"' ? StringLength(body[at..]) : WordLength(body[at..]);
            if (length > 0 && body[at] is not (byte)'"')
            {
                quoted.Write("\""u8);
                quoted.Write(body.Slice(at, length));
                quoted.Write("\""u8);
                found = true;
            }
            else
            {
                length = Math.Max(length, 1);
                quoted.Write(body.Slice(at, length));
            }

            at += length;
        }

        return found ? quoted.WrittenSpan.ToArray() : null;
    }

    private static int WordLength(ReadOnlySpan<byte> rest) =>
        rest.StartsWith("NaN"u8) ? "NaN"u8.Length
        : rest.StartsWith("Infinity"u8) ? "Infinity"u8.Length
        : rest.StartsWith("-Infinity"u8) ? "-Infinity"u8.Length
        : 0;

    private static int StringLength(ReadOnlySpan<byte> rest)
    {
        for (var i = 1; i < rest.Length; i++)
        {
            if (rest[i] is (byte)'\\') i++;
            else if (rest[i] is (byte)'"') return i + 1;
        }

        return rest.Length;
    }
}
