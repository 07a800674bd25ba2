using Weighhouse.Versioning;
using Weighhouse.Web.Parts;

namespace Weighhouse.Web.Repositories;

public enum RepositoryTab
{
    Files,
    Commits,
    Refs,
    Compare,
}

/// <summary>Branches or tags of a repository, as many as a menu lists.</summary>
public sealed record RefList(IReadOnlyList<Ref> Refs, bool HasMore);

/// <summary>What every page of a repository says of it.</summary>
/// <param name="Revision">Which state is looked at, as it was asked for: a branch, a tag, an id.</param>
/// <param name="Head">That state; null before the first commit.</param>
public sealed record RepositoryModel(
    Repository Facts, RepositoryTab Tab, string Revision, NamedCommit? Head, RefList Branches, RefList Tags, bool MayChange,
    bool MayAdminister)
{
    public string Url => Links.Repository(Facts.Name);

    /// <summary>What the address says of the revision: nothing for the default branch.</summary>
    public string? At => Revision == Facts.DefaultBranch ? null : Revision;

    /// <summary>The page of a file or folder at this revision.</summary>
    public string FileUrl(string path) => path.Length == 0
        ? Links.WithQuery(Url, ("at", At))
        : Links.WithQuery(Links.Under($"{Url}/files", path), ("at", At));

    /// <summary>A picture's bytes, to be shown inside a page.</summary>
    public string RawUrl(string path) => RawUrl(path, At);

    public string RawUrl(string path, string? revision) => Links.WithQuery(Links.Under($"{Url}/raw", path), ("at", revision));

    /// <summary>A file's bytes as a download.</summary>
    public string DownloadUrl(string path) =>
        Links.WithQuery(Links.Under($"/api/v1{Url}/files", path), ("revision", At));

    public string CommitsUrl(string? path = null) => Links.WithQuery($"{Url}/commits", ("at", At), ("path", path));

    public string CommitUrl(Kernel.Digest commit) => $"{Url}/commits/{commit}";

    /// <summary>Where a relative address inside a file leads; null when it leads out of the repository.</summary>
    public static string? Resolve(string address)
    {
        var end = address.AsSpan().IndexOfAny('#', '?');
        var path = end < 0 ? address : address[..end];
        var names = new List<string>();
        foreach (var name in path.Split('/'))
        {
            if (name is "" or ".") continue;
            if (name is not "..") names.Add(Uri.UnescapeDataString(name));
            else if (names.Count == 0) return null;
            else names.RemoveAt(names.Count - 1);
        }

        var resolved = string.Join('/', names);
        return TreePath.Parse(resolved).IsFailure ? null : resolved;
    }
}
