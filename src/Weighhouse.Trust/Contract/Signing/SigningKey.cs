using System.Security.Cryptography;
using Weighhouse.Kernel;

namespace Weighhouse.Trust.Signing;

/// <summary>The curves that signatures of models are made with. Each goes with a hash of its size.</summary>
public enum SigningCurve
{
    P256,
    P384,
    P521,
}

/// <summary>A private key to sign models with.</summary>
public sealed class SigningKey : IDisposable
{
    /// <summary>Rounds that make guessing a passphrase slow: some tenths of a second each.</summary>
    private const int PassphraseRounds = 600_000;

    private readonly ECDsa _key;

    private SigningKey(ECDsa key, SigningCurve curve)
    {
        _key = key;
        Curve = curve;
        PublicPem = PublicKeys.PemOf(key);
        Fingerprint = PublicKeys.FingerprintOf(PublicPem);
    }

    public SigningCurve Curve { get; }

    /// <summary>What others verify with.</summary>
    public string PublicPem { get; }

    /// <summary>The SHA-256 of the public key as PEM, in hexadecimal digits: how signatures name the key.</summary>
    public string Fingerprint { get; }

    public static SigningKey Create(SigningCurve curve = SigningCurve.P256) => new(ECDsa.Create(PublicKeys.ParametersOf(curve)), curve);

    /// <summary>Whether a private key as PEM takes a passphrase to be read.</summary>
    public static bool IsEncrypted(string pem) => pem.Contains("ENCRYPTED", StringComparison.Ordinal);

    /// <summary>Reads what <see cref="PrivatePem"/> or openssl wrote.</summary>
    /// <param name="passphrase">Null for a key that is not encrypted.</param>
    public static Result<SigningKey> FromPem(string pem, string? passphrase)
    {
        if (IsEncrypted(pem) && passphrase is null) return Error.Invalid("The key is encrypted. Give its passphrase.", "passphrase");
        var key = ECDsa.Create();
        try
        {
            if (IsEncrypted(pem)) key.ImportFromEncryptedPem(pem, passphrase);
            else key.ImportFromPem(pem);
            if (PublicKeys.CurveOf(key) is not { } curve) return PublicKeys.WrongCurve;
            // A public key is read without complaint, and would fail only when it is to sign.
            CryptographicOperations.ZeroMemory(key.ExportPkcs8PrivateKey());
            var signing = new SigningKey(key, curve);
            key = null;
            return signing;
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            return Error.Invalid(IsEncrypted(pem)
                ? "The private key cannot be read: the passphrase is another one, or it is no PKCS #8 (BEGIN ENCRYPTED PRIVATE KEY)."
                : "That is no private key of an elliptic curve, as PEM (BEGIN PRIVATE KEY).", "key");
        }
        finally
        {
            key?.Dispose();
        }
    }

    /// <summary>PKCS #8, encrypted where there is a passphrase.</summary>
    public string PrivatePem(string? passphrase) => (passphrase is null
        ? _key.ExportPkcs8PrivateKeyPem()
        : _key.ExportEncryptedPkcs8PrivateKeyPem(
            passphrase, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, PassphraseRounds))) + "\n";

    public void Dispose() => _key.Dispose();

    internal byte[] Sign(ReadOnlySpan<byte> data) =>
        _key.SignData(data, PublicKeys.HashOf(Curve), DSASignatureFormat.Rfc3279DerSequence);
}
