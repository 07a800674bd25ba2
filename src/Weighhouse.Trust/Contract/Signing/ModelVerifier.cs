using Weighhouse.Kernel;

namespace Weighhouse.Trust.Signing;

/// <summary>Verifies bundles of OpenSSF Model Signing that were made with a key.</summary>
public static class ModelVerifier
{
    /// <summary>Whether a text is a bundle at all, whoever made it.</summary>
    public static bool IsBundle(string text) => SignatureBundle.Read(text) is { IsFailure: false };

    /// <summary>Holds files against a bundle.</summary>
    /// <param name="bundle">The bundle as it was written.</param>
    /// <param name="files">All files that are there. Those that the bundle leaves out are passed over.</param>
    /// <param name="keys">The keys that are trusted, of which several may be at a time.</param>
    /// <param name="atMs">When the bundle is known to have been there already, or now: the key has to count then.</param>
    public static SignatureReport Verify(
        string bundle, IEnumerable<ModelFile> files, IReadOnlyList<TrustedKey> keys, long atMs, CancellationToken cancellation = default) =>
        Verify(bundle, _ => files.Select(static file => new ModelEntry(file, null)), keys, atMs, cancellation);

    /// <summary>Holds a file or a folder on disk against a bundle, which may lie in the folder.</summary>
    public static Result<SignatureReport> VerifyPath(
        string path, string bundlePath, IReadOnlyList<TrustedKey> keys, long atMs, CancellationToken cancellation = default)
    {
        if (!Path.Exists(path)) return Error.NotFound($"There is no file or folder {path}.");
        try
        {
            if (new FileInfo(bundlePath) is not { Exists: true, Length: var length })
                return Error.NotFound($"There is no signature {bundlePath}.");
            if (length > SignatureBundle.BytesMax)
                return Error.Invalid($"The signature {bundlePath} has {length} bytes; the limit is {SignatureBundle.BytesMax}.");
            var own = IgnoredPaths.OfBundle(path, bundlePath);
            return Verify(
                File.ReadAllText(bundlePath),
                manifest => ModelOnDisk.Entries(path, manifest.NameOfOnlyFile).Where(entry => entry.File.Path != own),
                keys, atMs, cancellation);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Error.Precondition($"The model or its signature cannot be read: {exception.Message}");
        }
    }

    private static SignatureReport Verify(
        string bundle, Func<Manifest, IEnumerable<ModelEntry>> entriesOf, IReadOnlyList<TrustedKey> keys, long atMs,
        CancellationToken cancellation)
    {
        if (!SignatureBundle.Read(bundle).TryGet(out var read, out var error)) return Refused(null, null, error);
        if (read.Refuse(keys, atMs, out var signer) is { } problem)
            return new SignatureReport(read.Fingerprint, signer?.Name, null, 0, [problem]);
        if (!Manifest.Read(read.Payload).TryGet(out var manifest, out error)) return Refused(signer!.Fingerprint, signer.Name, error);
        return new SignatureReport(signer!.Fingerprint, signer.Name, manifest.RootDigest, manifest.Files.Count,
            ManifestComparison.Of(manifest, entriesOf(manifest), cancellation));
    }

    private static SignatureReport Refused(string? fingerprint, string? name, Error error) =>
        new(fingerprint, name, null, 0, [new SignatureProblem(SignatureProblemKind.Signature, null, error.Message)]);
}
