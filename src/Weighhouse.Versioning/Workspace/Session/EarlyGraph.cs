using Weighhouse.Kernel;
using Weighhouse.Versioning.Workspace.Changes;

namespace Weighhouse.Versioning.Workspace.Session;

/// <summary>
/// The history, opened by another core while the files of a small commit are stored. One process at a time has it: while a large commit
/// is stored it is left to others, such as a log in another window, and opened when it is needed.
/// </summary>
internal sealed class EarlyGraph : IAsyncDisposable
{
    /// <summary>Stored in a fraction of a second.</summary>
    private const long SmallBytes = 64 << 20;

    private readonly WorkspaceSession _session;
    private readonly CancellationToken _cancellation;
    private Task<Result<WorkspaceGraph>>? _opening;

    public EarlyGraph(WorkspaceSession session, IEnumerable<FileChange> changes, CancellationToken cancellation)
    {
        (_session, _cancellation) = (session, cancellation);
        if (changes.Sum(static change => change.Found?.Facts.Stamp.SizeBytes ?? 0) <= SmallBytes) _opening = Begin();
    }

    /// <summary>To be closed by the caller.</summary>
    public Task<Result<WorkspaceGraph>> OpenAsync()
    {
        var opening = _opening ?? Begin();
        _opening = null;
        return opening;
    }

    /// <summary>Closes it when nobody has asked for it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_opening is not { } opening) return;
        _opening = null;
        await ((Task)opening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (opening.IsCompletedSuccessfully && opening.Result.TryGet(out var graph, out _)) await graph.DisposeAsync();
    }

    private Task<Result<WorkspaceGraph>> Begin() =>
        Task.Run(async () => await _session.OpenGraphAsync(_cancellation), CancellationToken.None);
}
