using Weighhouse.Kernel;
using Weighhouse.Versioning;

namespace Weighhouse.Registry.Versions;

/// <summary>A source that is files of a repository's commit: <c>repos:/NAME/COMMIT/path</c>, the whole commit without a path.</summary>
internal readonly record struct CommitSource(string Repository, Digest Commit, TreePath Path)
{
    public const string Scheme = "repos";

    public static string UriOf(string repository, Digest commit, string? path)
    {
        var below = path?.Trim('/');
        return $"{Scheme}:/{repository}/{commit}{(string.IsNullOrEmpty(below) ? "" : "/" + below)}";
    }

    /// <summary>Null when the URI is of another kind, or no source of its kind.</summary>
    public static CommitSource? Of(string uri) =>
        SourceRules.SchemeOf(uri) is Scheme && Parse(uri).TryGet(out var source, out _) ? source : null;

    public static Result<CommitSource> Parse(string uri)
    {
        var parts = uri[(Scheme.Length + 1)..].TrimStart('/').Split('/', 3);
        if (parts.Length < 2 || parts[0].Length == 0 || !Digest.TryParse(parts[1], out var commit))
            return Error.Invalid($"Write {Scheme}:/NAME/COMMIT/path, with the whole id of the commit.", "source");
        if (parts.Length < 3 || parts[2].Length == 0) return new CommitSource(parts[0], commit, TreePath.Root);
        return TreePath.Parse(parts[2]).Map(path => new CommitSource(parts[0], commit, path));
    }
}
