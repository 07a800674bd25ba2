namespace Weighhouse.Versioning;

/// <summary>What to bring to a remote.</summary>
/// <param name="Remote">Null for the only one there is, or "origin".</param>
/// <param name="Names">Branches and tags; empty for the present branch.</param>
/// <param name="Tags">Also all tags.</param>
/// <param name="Force">Overwrite branches there that have commits this workspace lacks.</param>
/// <param name="All">All branches.</param>
/// <param name="Delete">Delete the branches and tags there that are named, instead.</param>
public sealed record PushRequest(
    string? Remote, IReadOnlyList<string> Names, bool Tags, bool Force, bool All = false, bool Delete = false);

/// <param name="Branch">The branch that a fetched remote's folder is on, or the default branch of a repository.</param>
/// <param name="Commits">Commits that were copied.</param>
/// <param name="Objects">Objects that were copied: only what the other side lacked.</param>
/// <param name="Bytes">Their bytes, as stored.</param>
/// <param name="Moved">Refs that moved.</param>
public sealed record RemoteOutcome(string Remote, string? Branch, int Commits, long Objects, long Bytes, IReadOnlyList<string> Moved)
{
    /// <summary>Bytes of packs that went over the wire, those sent twice included; 0 between folders.</summary>
    public long WireBytes { get; init; }

    /// <summary>Rounds of negotiation with a server.</summary>
    public int Rounds { get; init; }

    /// <summary>Whether the repository was made by this push.</summary>
    public bool IsNew { get; init; }
}
