using System.Globalization;
using System.Security.Cryptography;
using Weighhouse.Kernel;

namespace Weighhouse.Trust.Signing;

/// <summary>
/// A public key that somebody trusts, and when signatures by it count. A bundle signed with a key says nothing about when, so the time is
/// that at which whoever verifies knows the bundle to have been there.
/// </summary>
public sealed record TrustedKey
{
    private TrustedKey(string name, SigningCurve curve, string publicPem) =>
        (Name, Curve, PublicPem, Fingerprint) = (name, curve, publicPem, PublicKeys.FingerprintOf(publicPem));

    /// <summary>Whose it is, for people.</summary>
    public string Name { get; }

    public SigningCurve Curve { get; }

    public string PublicPem { get; }

    /// <summary>The SHA-256 of <see cref="PublicPem"/>, in hexadecimal digits: how signatures name the key.</summary>
    public string Fingerprint { get; }

    /// <summary>From when on signatures by it count, in milliseconds since 1970.</summary>
    /// <value>null: always.</value>
    public long? FromMs { get; init; }

    /// <summary>Until when, not included: a key that another one follows ends so, and what was there before still counts.</summary>
    /// <value>null: for ever.</value>
    public long? UntilMs { get; init; }

    /// <summary>When it was found to be lost. No signature by it counts any more: whoever has it can sign as of any day.</summary>
    /// <value>null: it is not.</value>
    public long? RevokedMs { get; init; }

    /// <summary>Reads a public key as openssl writes it.</summary>
    public static Result<TrustedKey> FromPem(string name, string pem)
    {
        if (pem.Contains("PRIVATE KEY", StringComparison.Ordinal))
            return Error.Invalid("That is a private key, which nobody else may have. To verify takes the public one.", "key");
        using var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            return Error.Invalid("That is no public key of an elliptic curve, as PEM (BEGIN PUBLIC KEY).", "key");
        }

        return PublicKeys.CurveOf(key) is { } curve ? new TrustedKey(name, curve, PublicKeys.PemOf(key)) : PublicKeys.WrongCurve;
    }

    /// <summary>Null when signatures by it count at an instant; otherwise why not.</summary>
    public string? Refuse(long atMs)
    {
        if (RevokedMs is { } revoked) return $"was revoked on {Text(revoked)}";
        if (FromMs is { } from && atMs < from) return $"counts from {Text(from)} on, and not on {Text(atMs)}";
        return UntilMs is { } until && atMs >= until ? $"counts until {Text(until)}, and not on {Text(atMs)}" : null;
    }

    private static string Text(long ms) =>
        DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
