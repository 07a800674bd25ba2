using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Weighhouse.Notices.Deliveries;

/// <summary>How a receiver knows that it is us, and that it is now: the time is part of what is signed.</summary>
internal static class Signature
{
    /// <summary><c>t=SECONDS,v1=HEX</c>: HMAC-SHA256 with the secret over "SECONDS.BODY".</summary>
    public static string Of(string secret, long seconds, ReadOnlySpan<byte> body) =>
        string.Create(CultureInfo.InvariantCulture, $"t={seconds},v1={Convert.ToHexStringLower(Hash(secret, $"{seconds}.", body))}");

    private static byte[] Hash(string secret, string before, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        hash.AppendData(Encoding.UTF8.GetBytes(before));
        hash.AppendData(body);
        return hash.GetHashAndReset();
    }
}
