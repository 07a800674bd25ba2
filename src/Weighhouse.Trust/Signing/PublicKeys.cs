using System.Security.Cryptography;
using System.Text;
using Weighhouse.Kernel;

namespace Weighhouse.Trust.Signing;

/// <summary>How public keys are spelled and named, and what goes with their curves.</summary>
internal static class PublicKeys
{
    public static Error WrongCurve => Error.Invalid("The key is of no curve that models are signed with: P-256, P-384 or P-521.", "key");

    /// <summary>Lines of 64 letters and an end, as the reference implementation has it: its fingerprint is of these very bytes.</summary>
    public static string PemOf(ECDsa key) => key.ExportSubjectPublicKeyInfoPem() + "\n";

    public static string FingerprintOf(string pem) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(pem)));

    /// <summary>Null for a curve that is not used, and for one that is spelled out instead of named: it may be a lookalike.</summary>
    public static SigningCurve? CurveOf(ECDsa key)
    {
        var curve = key.ExportParameters(includePrivateParameters: false).Curve;
        if (!curve.IsNamed) return null;
        return (curve.Oid.Value, curve.Oid.FriendlyName) switch
        {
            ("1.2.840.10045.3.1.7", _) or (null, "nistP256" or "ECDSA_P256") => SigningCurve.P256,
            ("1.3.132.0.34", _) or (null, "nistP384" or "ECDSA_P384") => SigningCurve.P384,
            ("1.3.132.0.35", _) or (null, "nistP521" or "ECDSA_P521") => SigningCurve.P521,
            _ => null,
        };
    }

    public static ECCurve ParametersOf(SigningCurve curve) => curve switch
    {
        SigningCurve.P384 => ECCurve.NamedCurves.nistP384,
        SigningCurve.P521 => ECCurve.NamedCurves.nistP521,
        _ => ECCurve.NamedCurves.nistP256,
    };

    public static HashAlgorithmName HashOf(SigningCurve curve) => curve switch
    {
        SigningCurve.P384 => HashAlgorithmName.SHA384,
        SigningCurve.P521 => HashAlgorithmName.SHA512,
        _ => HashAlgorithmName.SHA256,
    };
}
