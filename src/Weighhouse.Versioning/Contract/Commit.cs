using Weighhouse.Kernel;

namespace Weighhouse.Versioning;

/// <summary>
/// One state of a repository's files: which, after which, by whom, when and why. Named by its content, so it never changes.
/// </summary>
/// <param name="Tree">The root folder.</param>
/// <param name="Parents">The states it follows: none for the first, two or more for a merge.</param>
/// <param name="TimeMs">Milliseconds since 1970, by its author's clock.</param>
/// <param name="Facts">What is known of it, such as "git.commit" or "metric.f1"; sorted by key in the stored form.</param>
/// <param name="Links">What it came from or belongs to.</param>
public sealed record Commit(
    Digest Tree,
    IReadOnlyList<Digest> Parents,
    CommitAuthor Author,
    long TimeMs,
    string Message,
    IReadOnlyDictionary<string, string> Facts,
    IReadOnlyList<CommitLink> Links)
{
    public static readonly IReadOnlyDictionary<string, string> NoFacts = new Dictionary<string, string>();

    /// <summary>The first line of the message.</summary>
    public string Subject => Message.AsSpan().IndexOf('\n') is var end and >= 0 ? Message[..end] : Message;
}

/// <param name="Email">Empty when it is not known.</param>
public readonly record struct CommitAuthor(string Name, string Email = "");

/// <summary>A link from a commit to something else.</summary>
/// <param name="Relation">"dataset", "code", "run", "derived-from", "reverts", "picked-from".</param>
/// <param name="Target">The other node, as <c>kind:id</c>.</param>
public readonly record struct CommitLink(string Relation, string Target);

/// <summary>A commit and its name.</summary>
public sealed record NamedCommit(Digest Id, Commit Commit);
