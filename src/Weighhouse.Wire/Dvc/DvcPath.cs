using Weighhouse.Kernel;
using Weighhouse.Versioning;

namespace Weighhouse.Wire.Dvc;

/// <summary>The addresses of content in a DVC remote.</summary>
internal static class DvcPath
{
    /// <summary>Where DVC 3 keeps content, named by the MD5 of its bytes.</summary>
    private const string Prefix = "files/md5/";

    /// <summary>Lists of folders are content like any other; the ending is only there for people.</summary>
    private const string FolderSuffix = ".dir";

    private const int FolderDigits = 2;

    /// <summary><c>files/md5/ab/cdef…</c> since DVC 3, <c>ab/cdef…</c> before.</summary>
    public static Result<ContentAlias> Parse(string path)
    {
        var algorithm = AliasAlgorithm.Md5OfText;
        var rest = path;
        if (path.StartsWith(Prefix, StringComparison.Ordinal)) (algorithm, rest) = (AliasAlgorithm.Md5, path[Prefix.Length..]);
        if (rest.EndsWith(FolderSuffix, StringComparison.Ordinal)) rest = rest[..^FolderSuffix.Length];
        if (rest.Length != ContentAlias.DigitsOf(algorithm) + 1 || rest[FolderDigits] != '/') return Unknown(path);
        return ContentAlias.Parse(algorithm, rest.Remove(FolderDigits, 1)) is { IsFailure: false } alias ? alias : Unknown(path);
    }

    private static Error Unknown(string path) => Error.NotFound(
        $"'{PlainText.Cut(path, 80)}' is no address of content. DVC writes files/md5/ab/cdef…, versions before 3 ab/cdef….");
}
