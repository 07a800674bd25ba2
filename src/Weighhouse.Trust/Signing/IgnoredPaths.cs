namespace Weighhouse.Trust.Signing;

/// <summary>What is no part of a model: Git's own files at its root, the signature itself, and what the signer leaves out.</summary>
internal static class IgnoredPaths
{
    private static readonly string[] Default = [".git", ".gitattributes", ".github", ".gitignore"];

    public static bool Contain(IReadOnlyList<string> ignored, string path) =>
        ignored.Any(entry => path == entry || path.StartsWith(entry + "/", StringComparison.Ordinal));

    /// <summary>Git's own and those named, in the order of their names.</summary>
    public static IReadOnlyList<string> With(IEnumerable<string> more) =>
        [.. Default.Concat(more.Select(static entry => entry.TrimEnd('/'))).Distinct(StringComparer.Ordinal)
            .Order(CodePointOrder.Instance)];

    /// <summary>The bundle's path below the model's folder; null when it lies elsewhere.</summary>
    public static string? OfBundle(string path, string bundlePath)
    {
        if (!Directory.Exists(path)) return null;
        var bundle = Path.GetRelativePath(Path.GetFullPath(path), Path.GetFullPath(bundlePath)).Replace(Path.DirectorySeparatorChar, '/');
        return bundle == ".." || bundle.StartsWith("../", StringComparison.Ordinal) || Path.IsPathRooted(bundle) ? null : bundle;
    }

    /// <summary>Null for a plain path below the folder.</summary>
    public static string? Problem(string entry)
    {
        if (entry.Length == 0 || entry[0] == '/') return "is no path below the model's folder";
        if (entry.AsSpan().IndexOfAny("*?[") >= 0) return "has a wildcard, which signatures do not know";
        return Array.Exists(entry.TrimEnd('/').Split('/'), part => part is ".." or "." or "")
            ? "is no plain path below the model's folder" : null;
    }
}
