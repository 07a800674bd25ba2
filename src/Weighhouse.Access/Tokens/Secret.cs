using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace Weighhouse.Access.Tokens;

/// <summary>
/// A random secret as text: <c>wh_</c>, 32 bytes and their CRC-32C in base64url. The checksum tells a mistyped token from a wrong one
/// without a database look-up, and lets secret scanners be certain.
/// </summary>
internal static class Secret
{
    public const string TokenPrefix = "wh_";

    private const int RandomBytes = 32;

    public static string NewToken() => TokenPrefix + Random();

    public static string Random()
    {
        Span<byte> bytes = stackalloc byte[RandomBytes + 4];
        RandomNumberGenerator.Fill(bytes[..RandomBytes]);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[RandomBytes..], Checksum(bytes[..RandomBytes]));
        return Base64Url.EncodeToString(bytes);
    }

    public static bool LooksRight(ReadOnlySpan<char> random)
    {
        Span<byte> bytes = stackalloc byte[RandomBytes + 4];
        return random.Length == 48
            && Base64Url.DecodeFromChars(random, bytes, out _, out var written) is OperationStatus.Done
            && written == bytes.Length
            && BinaryPrimitives.ReadUInt32LittleEndian(bytes[RandomBytes..]) == Checksum(bytes[..RandomBytes]);
    }

    public static bool IsToken(ReadOnlySpan<char> text) => text.StartsWith(TokenPrefix) && LooksRight(text[TokenPrefix.Length..]);

    /// <summary>What is kept of a secret. It is random enough that one round suffices.</summary>
    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes) crc = BitOperations.Crc32C(crc, value);
        return ~crc;
    }
}
