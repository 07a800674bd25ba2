using Weighhouse.Kernel;
using Weighhouse.Versioning;

namespace Weighhouse.Web.Changes;

/// <summary>The two states that are compared.</summary>
/// <param name="Old">Null for nothing at all, before the first commit.</param>
public readonly record struct Sides(Digest? Old, Digest New);

/// <summary>One changed file, and how it differs where that was looked at.</summary>
/// <param name="Content">Null when it was left for the reader to ask for.</param>
/// <param name="Problem">Why it could not be looked into.</param>
public sealed record ChangedFile(TreeChange Change, ContentDiff? Content, string? Problem)
{
    public string Path => Change.Path.Text;
}

/// <summary>What two states differ in.</summary>
/// <param name="Url">The page that shows it, which takes <c>file</c>, <c>view</c> and <c>closer</c>.</param>
/// <param name="Only">The one file that is looked at closely; null for all.</param>
/// <param name="IsSplit">Whether texts stand side by side.</param>
/// <param name="IsCloser">Whether tensors and columns are measured.</param>
/// <param name="IsCut">Whether more files changed than are listed.</param>
public sealed record ChangeSet(
    Sides Sides, string Url, IReadOnlyList<ChangedFile> Files, string? Only, bool IsSplit, bool IsCloser, bool IsCut)
{
    public int CountOf(ChangeKind kind) => Files.Count(file => file.Change.Kind == kind);

    public string UrlOf(string? file, bool split, bool closer = false) => Parts.Links.WithQuery(
        Url, ("file", file), ("view", split ? "split" : null), ("closer", closer ? "1" : null));
}
