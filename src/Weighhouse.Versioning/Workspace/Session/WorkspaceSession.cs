using Microsoft.Extensions.Logging.Abstractions;
using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Workspace.Index;
using Weighhouse.Versioning.Workspace.Trees;

namespace Weighhouse.Versioning.Workspace.Session;

/// <summary>One command's view of a workspace: what was read at its start, the lock when it changes anything, the store when it needs
/// it.</summary>
internal sealed class WorkspaceSession : IDisposable
{
    /// <summary>A workspace is copied and backed up as files by its user: few large ones suit that better than a server's many.</summary>
    private const long PackTargetBytes = 512L << 20;

    private readonly FileStream? _lock;
    private readonly Lock _opening = new();
    private IObjectStore? _store;

    private WorkspaceSession(WorkspaceFolder folder, WorkspaceEnvironment environment, FileStream? @lock)
    {
        Folder = folder;
        Environment = environment;
        _lock = @lock;
    }

    public WorkspaceFolder Folder { get; }

    public WorkspaceEnvironment Environment { get; }

    public VersioningOptions Options { get; } = new();

    public WorkspaceHead Head { get; private set; } = new(null, null, null);

    public WorkspaceIndex Index { get; private set; } = WorkspaceIndex.Empty;

    public WorkspaceConfiguration Configuration { get; private set; } = new();

    /// <summary>A checkout that did not end: its files are ours to overwrite.</summary>
    public WorkspacePending? Interrupted { get; private set; }

    public PendingMerge? Merge { get; private set; }

    public TimeProvider Time => Environment.Time;

    /// <summary>A checkout that died after it had saved the index, and before the head, has staged nothing.</summary>
    public bool HasStaged => Index.Tree is { } tree
        ? tree != Head.Tree && tree != Interrupted?.CheckoutTreeId
        : Head.Tree is not null || Index.Entries.Count > 0;

    /// <summary>Opened when first asked for: a status of an untouched folder needs no object.</summary>
    public IObjectStore Store
    {
        get
        {
            lock (_opening) return _store ??= OpenStore();
        }
    }

    public TreeFiles Trees => new(Store, Options);

    /// <param name="write">Takes the lock, and ends what a command that died had begun.</param>
    public static async ValueTask<Result<WorkspaceSession>> OpenAsync(
        WorkspaceFolder folder, WorkspaceEnvironment environment, bool write, CancellationToken cancellation)
    {
        // What a dead command left is settled under the lock, whoever finds it.
        write |= File.Exists(folder.PendingPath);
        FileStream? held = null;
        if (write && !(await WorkspaceLock.TakeAsync(folder, environment.Time, cancellation)).TryGet(out held, out var busy)) return busy;
        var session = new WorkspaceSession(folder, environment, held);
        var loaded = await session.LoadAsync(cancellation);
        if (!loaded.IsFailure) return session;
        session.Dispose();
        return loaded.Error;
    }

    public void Dispose()
    {
        _store?.Dispose();
        _lock?.Dispose();
    }

    public ValueTask<Result<WorkspaceGraph>> OpenGraphAsync(CancellationToken cancellation) =>
        WorkspaceGraph.OpenAsync(Folder, Store, Time, cancellation);

    public void Save(WorkspaceIndex index)
    {
        Index = index;
        IndexFile.Write(Folder.IndexPath, index);
    }

    public void Save(WorkspaceHead head)
    {
        Head = head;
        head.Save(Folder);
    }

    public void Save(WorkspaceConfiguration configuration)
    {
        Configuration = configuration;
        configuration.Save(Folder);
    }

    public void Save(PendingMerge? merge)
    {
        Merge = merge;
        if (merge is null) PendingMerge.Clear(Folder);
        else merge.Save(Folder);
    }

    public void ClearPending()
    {
        Interrupted = null;
        WorkspacePending.Clear(Folder);
    }

    /// <summary>The index that a tree makes, with the stamps of the present one where it holds the same.</summary>
    public Result<WorkspaceIndex> IndexOf(Digest? tree)
    {
        if (tree == Index.Tree && tree is not null) return Index;
        if (!Trees.Read(tree).TryGet(out var read, out var error)) return error;
        var entries = new List<IndexEntry>(read.Entries.Count);
        foreach (var entry in read.Entries)
        {
            if (Index.Get(entry.Path) is { } known && known.HoldsSame(entry)) entries.Add(known);
            else entries.Add(entry with { IsLeftOut = !Configuration.Wants(entry.Path) });
        }

        return new WorkspaceIndex(entries, tree);
    }

    private async ValueTask<Result<Done>> LoadAsync(CancellationToken cancellation)
    {
        if (!WorkspaceHead.Load(Folder).TryGet(out var head, out var error)) return error;
        if (!WorkspaceConfiguration.Load(Folder).TryGet(out var configuration, out error)) return error;
        (Head, Configuration, Merge) = (head, configuration, PendingMerge.Load(Folder));
        var read = IndexFile.Read(Folder.IndexPath);
        if (read.TryGet(out var index, out error)) Index = index;
        else if (error.Code is not (ErrorCode.NotFound or ErrorCode.Corrupted)) return error;
        if (_lock is not null && WorkspacePending.Load(Folder) is { } pending)
        {
            var settled = await SettleAsync(pending, cancellation);
            if (settled.IsFailure) return settled;
        }

        // A lost or damaged index is made anew from the commit; what was staged is then merely changed.
        if (!read.IsFailure || Head.Tree is null) return Done.Value;
        if (!IndexOf(Head.Tree).TryGet(out index, out error)) return error;
        Index = index;
        return Done.Value;
    }

    private async ValueTask<Result<Done>> SettleAsync(WorkspacePending pending, CancellationToken cancellation)
    {
        if (pending.CheckoutTree is not null)
        {
            Interrupted = pending;
            return Done.Value;
        }

        if (pending is { Branch: { } branch, CommitId: { } commit, TreeId: { } tree })
        {
            if (!(await OpenGraphAsync(cancellation)).TryGet(out var graph, out var error)) return error;
            await using (graph)
            {
                var found = await graph.Refs.GetAsync(WorkspaceGraph.Caller, WorkspaceGraph.Repository, Ref.Heads + branch, cancellation);
                if (found.IsFailure && found.Error.Code != ErrorCode.NotFound) return found.Error;
                if (!found.IsFailure && found.Value.Commit == commit)
                {
                    if (!IndexOf(tree).TryGet(out var index, out error)) return error;
                    Save(index);
                    Save(new WorkspaceHead(branch, commit, tree));
                    Save((PendingMerge?)null);
                }
            }
        }

        ClearPending();
        return Done.Value;
    }

    private IObjectStore OpenStore()
    {
        var opened = BlobsModule.OpenStore(
            new BlobsOptions { Folder = Folder.StorePath, PackTargetBytes = PackTargetBytes }, Time, Environment.Ids, NullLogger.Instance);
        return opened.TryGet(out var store, out var error) ? store : throw new WorkspaceStoreException(error);
    }
}

/// <summary>The objects of a workspace cannot be opened. Every operation would have to say so: its boundary does.</summary>
internal sealed class WorkspaceStoreException(Error error) : ErrorException(error, null);

/// <summary>What a workspace takes from the world around it.</summary>
/// <param name="Variables">Usually <see cref="System.Environment.GetEnvironmentVariable(string)"/>.</param>
/// <param name="TokenOf">The token that is kept for a server; null where none is.</param>
internal sealed record WorkspaceEnvironment(
    TimeProvider Time, IdGenerator Ids, Func<string, string?> Variables, Func<Uri, string?>? TokenOf = null);
