using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Weighhouse.Kernel;

namespace Weighhouse.Tracking.Artifacts;

/// <summary>
/// A key for one part of one upload: until when, and a MAC of part and time under the upload's own secret. MLflow's client puts parts
/// as it would to a store that presigned their addresses, without credentials. The secret is in the database, so that every replica
/// knows the keys that any of them gave.
/// </summary>
internal static class PartKey
{
    public const int SecretBytes = 32;

    /// <summary><c>MILLISECONDS.MAC</c></summary>
    public static string Make(byte[] secret, int part, long untilMs)
    {
        var signed = string.Create(CultureInfo.InvariantCulture, $"{part}.{untilMs}");
        var mac = Base64Url.EncodeToString(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(signed)));
        return string.Create(CultureInfo.InvariantCulture, $"{untilMs}.{mac}");
    }

    /// <summary>Null when the key is this part's and its time has not passed.</summary>
    public static Error? Refuse(byte[] secret, int part, string key, long nowMs)
    {
        var dot = key.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0 || !long.TryParse(key.AsSpan(0, dot), NumberStyles.None, CultureInfo.InvariantCulture, out var untilMs)) return Wrong();
        var expected = Make(secret, part, untilMs);
        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(key))) return Wrong();
        return nowMs < untilMs ? null : Error.Denied("The time to send this part is over. Begin the upload again.");
    }

    private static Error Wrong() => Error.Denied("The key is not this part's. Send the part to the address it was given, unchanged.");
}
