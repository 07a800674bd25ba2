using System.Text;

namespace Weighhouse.Wire.Grpc.Transport;

/// <summary>The header grpc-message: printable ASCII as it is, all else as %XX of its UTF-8.</summary>
internal static class GrpcText
{
    /// <summary>Clients refuse answers whose headers pass 8 KiB in all.</summary>
    private const int EncodedCharsMax = 4_096;

    private const int EscapedByteChars = 3;

    public static string Encode(string message)
    {
        if (message.Length <= EncodedCharsMax && !NeedsEscape(message)) return message;
        var encoded = new StringBuilder(message.Length + 16);
        Span<byte> bytes = stackalloc byte[4];
        foreach (var rune in message.EnumerateRunes())
        {
            var length = rune.EncodeToUtf8(bytes);
            if (encoded.Length + (length * EscapedByteChars) > EncodedCharsMax) break;
            if (length == 1 && IsPlain((char)bytes[0])) encoded.Append((char)bytes[0]);
            else
                foreach (var value in bytes[..length]) encoded.Append('%').Append(value.ToString("X2"));
        }

        return encoded.ToString();
    }

    private static bool NeedsEscape(string message)
    {
        foreach (var letter in message)
            if (!IsPlain(letter)) return true;
        return false;
    }

    private static bool IsPlain(char letter) => letter is >= ' ' and <= '~' and not '%';
}
