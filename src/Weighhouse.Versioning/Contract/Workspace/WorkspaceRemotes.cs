namespace Weighhouse.Versioning;

/// <summary>What to bring to a remote.</summary>
/// <param name="Remote">Null for the only one there is, or "origin".</param>
/// <param name="Names">Branches and tags; empty for the present branch.</param>
/// <param name="Tags">Also all tags.</param>
/// <param name="Force">Overwrite branches there that have commits this workspace lacks.</param>
public sealed record PushRequest(string? Remote, IReadOnlyList<string> Names, bool Tags, bool Force);

/// <param name="Branch">The branch that a fetched remote's folder is on.</param>
/// <param name="Commits">Commits that were copied.</param>
/// <param name="Objects">Objects that were copied: only what the other side lacked.</param>
/// <param name="Bytes">Their bytes, as stored.</param>
/// <param name="Moved">Refs that moved.</param>
public sealed record RemoteOutcome(string Remote, string? Branch, int Commits, long Objects, long Bytes, IReadOnlyList<string> Moved);
