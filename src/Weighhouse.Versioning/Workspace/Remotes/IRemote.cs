using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Workspace.Remotes;

/// <summary>The other side of an exchange of commits: a workspace in a folder, or a repository of a server.</summary>
internal interface IRemote : IAsyncDisposable
{
    /// <summary>The branch that a clone begins on; null where there is none.</summary>
    string? Branch { get; }

    /// <summary>Whether it was made for this exchange, because there was none of the name.</summary>
    bool IsNew { get; }

    /// <summary>All its refs, hidden ones too.</summary>
    ValueTask<Result<IReadOnlyList<Ref>>> RefsAsync(CancellationToken cancellation);

    /// <summary>Brings commits and all that is behind them into the workspace. What arrived before it was cut stays.</summary>
    ValueTask<Result<Transferred>> FetchAsync(IReadOnlyList<Digest> heads, CancellationToken cancellation);

    /// <summary>Brings there what the changes lead to, then moves its refs.</summary>
    /// <param name="known">Where its refs are.</param>
    ValueTask<Result<Transferred>> PushAsync(
        IReadOnlyList<RefChange> changes, IReadOnlyList<Ref> known, CancellationToken cancellation);
}

/// <summary>What an exchange moved.</summary>
/// <param name="Commits">Those the other side lacked, parents before children.</param>
/// <param name="Bytes">Of the objects, as they are stored.</param>
internal sealed record Transferred(IReadOnlyList<Digest> Commits, long Objects, long Bytes)
{
    /// <summary>What went over the wire in packs, what was sent twice included; 0 where there is no wire.</summary>
    public long WireBytes { get; init; }

    /// <summary>Rounds of questions before the first byte of content.</summary>
    public int Rounds { get; init; }
}
