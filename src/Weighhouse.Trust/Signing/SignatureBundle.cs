using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Weighhouse.Kernel;

namespace Weighhouse.Trust.Signing;

/// <summary>A bundle of Sigstore's with an envelope of DSSE, signed with a key.</summary>
/// <param name="Fingerprint">The key it names; null in bundles from before keys were named so.</param>
internal sealed record SignatureBundle(string? Fingerprint, byte[] Payload, byte[] Signature)
{
    /// <summary>A hundred thousand files take 16 MiB.</summary>
    public const int BytesMax = 64 << 20;

    /// <summary>Two values of one name are read differently by different readers.</summary>
    public static readonly JsonDocumentOptions Strict = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    /// <summary>Nothing is escaped that need not be: a text that can be spelled in two ways can be changed and still hold.</summary>
    public static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private const string MediaType = "application/vnd.dev.sigstore.bundle.v0.3+json";
    private const string PayloadType = "application/vnd.in-toto+json";

    private static readonly string[] MediaTypes =
    [
        MediaType, "application/vnd.dev.sigstore.bundle+json;version=0.1", "application/vnd.dev.sigstore.bundle+json;version=0.2",
        "application/vnd.dev.sigstore.bundle+json;version=0.3",
    ];

    public static Result<SignedModel> Write(Manifest manifest, SigningKey key)
    {
        var payload = manifest.Write();
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, Plain))
        {
            writer.WriteStartObject();
            writer.WriteString("mediaType", MediaType);
            writer.WriteStartObject("verificationMaterial");
            writer.WriteStartObject("publicKey");
            writer.WriteString("hint", key.Fingerprint);
            writer.WriteEndObject();
            writer.WriteStartArray("tlogEntries");
            writer.WriteEndArray();
            writer.WriteEndObject();
            writer.WriteStartObject("dsseEnvelope");
            writer.WriteBase64String("payload", payload);
            writer.WriteString("payloadType", PayloadType);
            writer.WriteStartArray("signatures");
            writer.WriteStartObject();
            writer.WriteBase64String("sig", key.Sign(ToBeSigned(payload)));
            writer.WriteString("keyid", "");
            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        if (bytes.Length >= BytesMax)
            return Error.Precondition($"The signature of {manifest.Files.Count} files would have {bytes.Length} bytes; the limit is "
                + $"{BytesMax}. Pack small files.");
        return new SignedModel(Encoding.UTF8.GetString(bytes.ToArray()) + "\n", manifest.RootDigest, manifest.Files.Count);
    }

    /// <summary>
    /// Reads a bundle and nothing that is almost one: no field that its format does not have, no base64 that others would spell otherwise.
    /// </summary>
    public static Result<SignatureBundle> Read(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, Strict);
            var root = document.RootElement;
            if (!MediaTypes.Contains(root.GetProperty("mediaType").GetString(), StringComparer.Ordinal))
                return Error.Invalid("The signature is no bundle of Sigstore's.", "bundle");
            var material = root.GetProperty("verificationMaterial");
            if (!material.TryGetProperty("publicKey", out var key))
                return new Error(ErrorCode.NotSupported, "The signature is by a certificate; here those by a key are verified.");
            var envelope = root.GetProperty("dsseEnvelope");
            var signatures = envelope.GetProperty("signatures");
            if (envelope.GetProperty("payloadType").GetString() != PayloadType || signatures.GetArrayLength() != 1)
                return Error.Invalid("The signature is of no statement, or there is not exactly one.", "bundle");
            RequireOnly(root, "mediaType", "verificationMaterial", "dsseEnvelope");
            RequireOnly(material, "publicKey", "tlogEntries", "timestampVerificationData");
            RequireOnly(key, "hint", "rawBytes", "keyDetails", "validFor");
            RequireOnly(envelope, "payload", "payloadType", "signatures");
            RequireOnly(signatures[0], "sig", "keyid");
            var hint = key.TryGetProperty("hint", out var named) ? named.GetString() : null;
            return new SignatureBundle(
                string.IsNullOrEmpty(hint) ? null : hint, Bytes(envelope.GetProperty("payload")), Bytes(signatures[0].GetProperty("sig")));
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException
            or FormatException)
        {
            // What others wrote may be anything: each of these says that it is not of the shape that was asked for.
            return Error.Invalid("The signature is no bundle that can be read.", "bundle");
        }
    }

    /// <summary>Null when a trusted key signed it that counts at the instant.</summary>
    /// <param name="signer">The key that signed it, whether it counts or not; null when none of those trusted did.</param>
    public SignatureProblem? Refuse(IReadOnlyList<TrustedKey> keys, long atMs, out TrustedKey? signer)
    {
        signer = keys.FirstOrDefault(key => (Fingerprint is null || key.Fingerprint == Fingerprint) && IsBy(key));
        if (signer is not null)
            return signer.Refuse(atMs) is { } why
                ? new SignatureProblem(SignatureProblemKind.Key, null, $"The key '{signer.Name}' that signed it {why}") : null;
        if (keys.FirstOrDefault(key => key.Fingerprint == Fingerprint) is { } named)
            return new SignatureProblem(SignatureProblemKind.Signature, null,
                $"It names the key '{named.Name}', and what it holds was not signed by it");
        return new SignatureProblem(SignatureProblemKind.Key, null, Fingerprint is null
            ? "It names no key, and none of those trusted signed it"
            : $"It names the key {Scanning.Shown.Text(Fingerprint)}, which is not trusted");
    }

    /// <summary>DSSE's own spelling of type and content, in which neither can pass for a part of the other.</summary>
    private static byte[] ToBeSigned(byte[] payload) =>
        [.. Encoding.ASCII.GetBytes($"DSSEv1 {PayloadType.Length} {PayloadType} {payload.Length} "), .. payload];

    private static void RequireOnly(JsonElement value, params ReadOnlySpan<string> names)
    {
        foreach (var property in value.EnumerateObject())
            if (!names.Contains(property.Name)) throw new JsonException();
    }

    /// <summary>Bits that fill up the last letter could be anything; a signature that was touched would still be read.</summary>
    private static byte[] Bytes(JsonElement value)
    {
        var bytes = value.GetBytesFromBase64();
        return value.ValueEquals(Convert.ToBase64String(bytes)) ? bytes : throw new FormatException();
    }

    private bool IsBy(TrustedKey trusted)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(trusted.PublicPem);
        return key.VerifyData(ToBeSigned(Payload), Signature, PublicKeys.HashOf(trusted.Curve), DSASignatureFormat.Rfc3279DerSequence);
    }
}
