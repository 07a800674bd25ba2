using Weighhouse.Kernel;

namespace Weighhouse.Versioning;

/// <summary>What to commit and what to say of it.</summary>
/// <param name="All">The whole folder, whatever is staged.</param>
/// <param name="Paths">Only these; null for what is staged or, when nothing is, the whole folder.</param>
/// <param name="AllowEmpty">Make a commit even when nothing has changed.</param>
public sealed record CommitRequest(
    string Message, bool All = false, IReadOnlyList<string>? Paths = null, bool AllowEmpty = false, string? Tag = null)
{
    public CommitAuthor? Author { get; init; }

    public IReadOnlyDictionary<string, string> Facts { get; init; } = Commit.NoFacts;

    public IReadOnlyList<CommitLink> Links { get; init; } = [];
}

/// <param name="IsNew">False when nothing had changed: then the commit is the one before.</param>
public sealed record CommitOutcome(
    bool IsNew, Digest? Commit, string? Branch, int Added, int Modified, int Deleted, long SizeBytes, IReadOnlyList<PathProblem> LeftOut);
