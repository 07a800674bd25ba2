using Weighhouse.Kernel;
using Weighhouse.Versioning.Workspace.Operations;
using Weighhouse.Versioning.Workspace.Session;

namespace Weighhouse.Versioning.Workspace.Remotes;

/// <summary>A workspace in a folder that this machine can see.</summary>
internal sealed class FolderRemote(WorkspaceSession mine, WorkspaceSession theirs, WorkProgress progress) : IRemote
{
    public string? Branch => theirs.Head.Branch;

    public bool IsNew => false;

    public ValueTask<Result<IReadOnlyList<Ref>>> RefsAsync(CancellationToken cancellation) =>
        RefOperation.ListAsync(theirs, "", cancellation);

    public async ValueTask<Result<Transferred>> FetchAsync(IReadOnlyList<Digest> heads, CancellationToken cancellation)
    {
        using var writer = mine.Store.BeginWrite();
        var transfer = new ObjectTransfer(theirs.Store, writer, progress);
        var copied = await transfer.CopyAsync(heads, cancellation);
        return copied.Map(commits => new Transferred(commits, transfer.Objects, transfer.Bytes));
    }

    public async ValueTask<Result<Transferred>> PushAsync(
        IReadOnlyList<RefChange> changes, IReadOnlyList<Ref> known, CancellationToken cancellation)
    {
        var heads = changes.Select(static change => change.New).OfType<Digest>().ToList();
        using var writer = theirs.Store.BeginWrite();
        var transfer = new ObjectTransfer(mine.Store, writer, progress);
        if (!(await transfer.CopyAsync(heads, cancellation)).TryGet(out var commits, out var error)) return error;
        if (!(await theirs.OpenGraphAsync(cancellation)).TryGet(out var graph, out error)) return error;
        await using (graph)
        {
            var recorded = await CommitRows.RecordAsync(graph, theirs, commits, heads, cancellation);
            if (recorded.IsFailure) return recorded.Error;
            var moved = await RefOperation.UpdateAllAsync(graph, changes, "push", cancellation);
            return moved.Map(_ => new Transferred(commits, transfer.Objects, transfer.Bytes));
        }
    }

    public ValueTask DisposeAsync()
    {
        theirs.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>A workspace's folder, or its records; from the root of this one.</summary>
    public static Result<WorkspaceFolder> Locate(string root, string address)
    {
        const string Scheme = "file://";
        var path = Path.GetFullPath(address.StartsWith(Scheme, StringComparison.Ordinal) ? address[Scheme.Length..] : address, root);
        var records = Path.Combine(path, WorkspaceFolder.Name);
        if (File.Exists(Path.Combine(path, "HEAD"))) return new WorkspaceFolder(path, path);
        if (File.Exists(Path.Combine(records, "HEAD"))) return new WorkspaceFolder(path, records);
        return File.Exists(records)
            ? WorkspaceFolder.Find(path, static _ => null)
            : Error.NotFound($"{path} is no workspace. Make one there: weigh init {path}");
    }
}
