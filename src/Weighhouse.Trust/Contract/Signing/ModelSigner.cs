using Weighhouse.Kernel;

namespace Weighhouse.Trust.Signing;

/// <summary>Signs the files of a model by OpenSSF Model Signing 1.0: a manifest of their SHA-256, in one bundle beside them.</summary>
public static class ModelSigner
{
    /// <summary>Where the bundle of a model lies unless somebody says otherwise: in its folder, or beside its only file.</summary>
    public static string BundlePathOf(string path) =>
        Directory.Exists(path) ? Path.Combine(path, "model.sig") : Path.TrimEndingDirectorySeparator(path) + ".sig";

    /// <summary>Signs files wherever they are, and gives the bundle.</summary>
    /// <param name="name">The model's name, for people.</param>
    /// <param name="ignored">Paths below the model's folder that are left out, with all that is below them.</param>
    public static Result<SignedModel> Sign(
        string name, IEnumerable<ModelFile> files, SigningKey key, IReadOnlyList<string> ignored, CancellationToken cancellation = default)
    {
        if (ignored.FirstOrDefault(static entry => IgnoredPaths.Problem(entry) is not null) is { } wrong)
            return Error.Invalid($"'{wrong}' cannot be left out: it {IgnoredPaths.Problem(wrong)}.", "ignore");
        try
        {
            var manifest = Manifest.Of(name, files, IgnoredPaths.With(ignored), cancellation);
            return manifest.TryGet(out var made, out var error) ? SignatureBundle.Write(made, key) : error;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Error.Precondition($"A file of the model cannot be read: {exception.Message}");
        }
    }

    /// <summary>
    /// Signs a file, or all files of a folder, and gives the bundle, which is to be written to <paramref name="bundlePath"/>. Links are
    /// refused: what is behind them may be another file tomorrow.
    /// </summary>
    public static Result<SignedModel> SignPath(
        string path, string bundlePath, SigningKey key, IReadOnlyList<string> ignored, CancellationToken cancellation = default)
    {
        if (!Path.Exists(path)) return Error.NotFound($"There is no file or folder {path}.");
        try
        {
            var left = IgnoredPaths.OfBundle(path, bundlePath) is { } own ? [.. ignored, own] : ignored;
            var all = IgnoredPaths.With(left);
            var entries = ModelOnDisk.Entries(path).Where(entry => !IgnoredPaths.Contain(all, entry.File.Path)).ToList();
            if (entries.FirstOrDefault(static entry => entry.Problem is not null) is { Problem: not null } odd)
                return Error.Precondition($"'{odd.File.Path}' {odd.Problem}. Put the file itself in its place, or leave it out.");
            return Sign(ModelOnDisk.NameOf(path), entries.Select(static entry => entry.File), key, left, cancellation);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Error.Precondition($"The model cannot be read: {exception.Message}");
        }
    }
}

/// <summary>A signature as it was made.</summary>
/// <param name="Bundle">What is to be kept: JSON, as Sigstore's bundles are.</param>
/// <param name="RootDigest">One digest for all that was signed.</param>
public sealed record SignedModel(string Bundle, string RootDigest, int FilesCount);
