namespace Weighhouse.Trust.Signing;

/// <summary>A file of a model, wherever its bytes are.</summary>
/// <param name="Path">Below the model's folder, with '/'; of a model of one file its name.</param>
public sealed record ModelFile(string Path, Func<Stream> Open);

/// <summary>Why a signature does not hold.</summary>
public enum SignatureProblemKind
{
    /// <summary>What was signed cannot be read, or the signature is not of it.</summary>
    Signature,

    /// <summary>The key is not trusted, not any more, or not at that time.</summary>
    Key,

    /// <summary>A file is not the one that was signed.</summary>
    Changed,

    /// <summary>A file was signed and is not there.</summary>
    Missing,

    /// <summary>A file is there and was not signed; or what is there is a link or no file at all.</summary>
    Extra,

    /// <summary>A file that was signed cannot be read.</summary>
    Unreadable,
}

/// <param name="Path">The file; null when it is about the signature.</param>
public sealed record SignatureProblem(SignatureProblemKind Kind, string? Path, string Message);

/// <summary>Whether files are those that a trusted key signed.</summary>
/// <param name="Fingerprint">The key that the signature names; null when it names none.</param>
/// <param name="KeyName">What the key is called among those trusted; null when it is none of them.</param>
/// <param name="RootDigest">One digest for all that was signed; null when the signature does not hold.</param>
/// <param name="FilesCount">How many files were signed.</param>
/// <param name="Problems">All that is wrong, by the files' names.</param>
public sealed record SignatureReport(
    string? Fingerprint, string? KeyName, string? RootDigest, int FilesCount, IReadOnlyList<SignatureProblem> Problems)
{
    public bool IsValid => Problems.Count == 0;
}
