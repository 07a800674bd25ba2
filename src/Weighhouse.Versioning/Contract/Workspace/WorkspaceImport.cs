using Weighhouse.Kernel;

namespace Weighhouse.Versioning;

public enum ImportKind
{
    /// <summary>The files that DVC tracks, out of its cache.</summary>
    Dvc,

    /// <summary>All files of a Git repository, those of Git LFS out of its local store.</summary>
    Git,
}

/// <summary>What to take in from a repository of another tool.</summary>
/// <param name="Source">Its folder.</param>
/// <param name="Branch">The branch that takes it; one from an earlier import is gone on with.</param>
/// <param name="Revision">Git's, where to begin.</param>
/// <param name="OnlyLast">Only this state, without the history that led to it.</param>
/// <param name="SkipMissing">Whether files whose content is not there are left out, instead of the import being refused.</param>
/// <param name="Cache">Where DVC's content lies; null for where its configuration says.</param>
public sealed record ImportRequest(
    ImportKind Kind, string Source, string Branch, string Revision = "HEAD", bool OnlyLast = false, bool SkipMissing = false,
    string? Cache = null);

/// <param name="Commits">New ones.</param>
/// <param name="Files">Contents read, each once.</param>
/// <param name="Missing">Files left out because their content is not there, over all commits.</param>
/// <param name="Head">The branch's commit now; null when there was nothing to take in.</param>
public sealed record ImportOutcome(string Branch, int Commits, long Files, long Bytes, long Missing, Digest? Head);
