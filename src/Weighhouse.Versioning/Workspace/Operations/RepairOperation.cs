using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Workspace.Remotes;
using Weighhouse.Versioning.Workspace.Session;

namespace Weighhouse.Versioning.Workspace.Operations;

/// <summary>
/// Brings back what is damaged. First the damaged packs go into quarantine, so that nothing is taken to be there because of them; then
/// what is missed is looked for by its id, in other workspaces and in the files of this one. What arrives is held against its id.
/// </summary>
internal sealed class RepairOperation(WorkspaceSession session)
{
    /// <summary>A tree that comes back may name folders that are missing too, and so on: as deep as folders are in practice.</summary>
    private const int RoundsMax = 32;

    private int _quarantined, _fetched, _refilled;

    public async ValueTask<Result<WorkspaceRepair>> RunAsync(string? from, CancellationToken cancellation)
    {
        if (!(await CheckAsync(cancellation)).TryGet(out var before, out var error)) return error;
        if (before.IsSound) return new WorkspaceRepair(before, before, 0, 0, 0);
        if (!(await OpenSourcesAsync(from, cancellation)).TryGet(out var sources, out error)) return error;
        try
        {
            var after = before;
            for (var round = 0; round < RoundsMax && !after.IsSound; round++)
            {
                var done = _fetched + _refilled;
                if ((await RepairAsync(after, sources, cancellation)).Error is { } failed) return failed;
                if (_fetched + _refilled == done) break;
                if (!(await CheckAsync(cancellation)).TryGet(out after, out error)) return error;
            }

            return new WorkspaceRepair(before, after, _quarantined, _fetched, _refilled);
        }
        finally
        {
            foreach (var source in sources) source.Dispose();
        }
    }

    private ValueTask<Result<WorkspaceCheck>> CheckAsync(CancellationToken cancellation) =>
        CareOperation.CheckAsync(session, CheckDepth.Data, cancellation);

    private async ValueTask<Result<Done>> RepairAsync(
        WorkspaceCheck found, IReadOnlyList<WorkspaceSession> sources, CancellationToken cancellation)
    {
        if (!session.Store.Care.Quarantine(found.Bytes).TryGet(out var packs, out var error)) return error;
        _quarantined += packs;
        var missed = found.Bytes.SelectMany(static damage => new[] { damage.Id, damage.Missing }).OfType<Digest>()
            .Concat(found.Named.Select(static damage => damage.Id)).ToHashSet();
        using var writer = session.Store.BeginWrite();
        foreach (var id in missed)
        {
            cancellation.ThrowIfCancellationRequested();
            if (!writer.Has(id) && Fetch(id, sources, writer)) _fetched++;
        }

        // Data first: whether a file can be read tells whether its chunks came.
        if ((await writer.CommitAsync(cancellation)).Error is { } failed) return failed;
        Refill(missed, writer, cancellation);
        return await writer.CommitAsync(cancellation);
    }

    private static bool Fetch(Digest id, IReadOnlyList<WorkspaceSession> sources, IObjectWriter writer)
    {
        foreach (var source in sources)
        {
            // A source may be damaged itself: what is not what its id says is refused, and the next one asked.
            if (source.Store.ReadRaw(id).TryGet(out var stored, out _)
                && !writer.AddRaw(id, stored.Info, stored.Stored.Span).IsFailure) return true;
        }

        return false;
    }

    /// <summary>Files of the folder that were committed with this content and have it still are as good as any other copy.</summary>
    private void Refill(HashSet<Digest> missed, IObjectWriter writer, CancellationToken cancellation)
    {
        foreach (var entry in session.Index.Entries.Where(entry => entry.Kind == EntryKind.File && Lacks(entry.Id, missed, writer)))
        {
            var path = session.Folder.PathOf(entry.Path);
            if (!File.Exists(path) || new FileInfo(path).Length != entry.SizeBytes) continue;
            if (writer.AddFile(path, cancellation).TryGet(out var added, out _) && added.Id == entry.Id) _refilled++;
        }
    }

    private bool Lacks(Digest file, HashSet<Digest> missed, IObjectWriter writer)
    {
        if (missed.Contains(file)) return !writer.Has(file);
        return session.Store.Recipe(file).TryGet(out var recipe, out _)
            ? recipe.Chunks.Any(chunk => missed.Contains(chunk.Id) && !writer.Has(chunk.Id))
            : !writer.Has(file);
    }

    private async ValueTask<Result<List<WorkspaceSession>>> OpenSourcesAsync(string? from, CancellationToken cancellation)
    {
        var opened = new List<WorkspaceSession>();
        foreach (var address in from is null ? session.Configuration.Remotes.Values : [from])
        {
            // Servers hand out what commits lead to, not single objects: a clone of theirs is what to name.
            if (RemoteAddress.IsServer(address))
            {
                if (from is null) continue;
                return Error.Invalid($"{from} is a server. Clone it to a folder, and repair from that folder.", "from");
            }

            var located = FolderRemote.Locate(session.Folder.Root, address);
            if (!located.TryGet(out var folder, out var error)) return error;
            if (!(await WorkspaceSession.OpenAsync(folder, session.Environment, write: false, cancellation)).TryGet(out var one, out error))
                return error;
            opened.Add(one);
        }

        return opened;
    }
}
