using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Objects;

namespace Weighhouse.Versioning.Workspace.Remotes;

/// <summary>
/// Copies what a store lacks of some commits: chunks before the recipes that name them, files before folders, folders before commits, so
/// that
/// what is there is always whole below. Durable in steps: a copy that is cut goes on where it was.
/// </summary>
internal sealed class ObjectTransfer(IObjectStore source, IObjectWriter target, WorkProgress progress)
{
    /// <summary>What is lost at most when the copy is cut.</summary>
    private const long StepBytes = 64 << 20;

    private readonly TreeReader _trees = new(source);
    private readonly HashSet<Digest> _done = [];
    private long _sinceStep;

    /// <summary>Objects copied.</summary>
    public long Objects { get; private set; }

    /// <summary>Their bytes, as they are stored.</summary>
    public long Bytes { get; private set; }

    /// <summary>The commits that the target lacks, parents before children, all copied with what they name.</summary>
    public async ValueTask<Result<List<Digest>>> CopyAsync(IReadOnlyList<Digest> heads, CancellationToken cancellation)
    {
        if (!Missing(heads).TryGet(out var commits, out var error)) return error;
        progress.Begin("copying", commits.Count, 0);
        foreach (var (id, commit) in commits)
        {
            if (await FolderAsync(commit.Tree, cancellation) is { } failure) return failure;
            if (Copy(id) is { } refused) return refused;
            progress.Did(1, 0);
        }

        var durable = await target.CommitAsync(cancellation);
        return durable.IsFailure ? durable.Error : commits.ConvertAll(static pair => pair.Id);
    }

    private Result<List<(Digest Id, Commit Commit)>> Missing(IReadOnlyList<Digest> heads)
    {
        var found = new List<(Digest Id, Commit Commit)>();
        var met = new HashSet<Digest>();
        var waiting = new Stack<(Digest Id, Commit? Commit)>(heads.Select(static head => (head, (Commit?)null)));
        // A commit comes back with itself once its parents have been taken.
        while (waiting.TryPop(out var next))
        {
            if (next.Commit is { } complete)
            {
                found.Add((next.Id, complete));
                continue;
            }

            if (!met.Add(next.Id) || target.Has(next.Id)) continue;
            if (!CommitCodec.Load(source, next.Id).TryGet(out var commit, out var error)) return error;
            waiting.Push((next.Id, commit));
            foreach (var parent in commit.Parents) waiting.Push((parent, null));
        }

        return found;
    }

    private async ValueTask<Error?> FolderAsync(Digest id, CancellationToken cancellation)
    {
        if (_done.Contains(id) || target.Has(id)) return null;
        if (!_trees.Node(id).TryGet(out var node, out var error)) return error;
        foreach (var part in node.Parts)
            if (await FolderAsync(part.Id, cancellation) is { } failure) return failure;
        foreach (var entry in node.Entries)
        {
            var failure = entry.Kind == EntryKind.Folder ? await FolderAsync(entry.Id, cancellation)
                : await FileAsync(entry.Id, cancellation);
            if (failure is not null) return failure;
        }

        _done.Add(id);
        return Copy(id);
    }

    private async ValueTask<Error?> FileAsync(Digest id, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (!_done.Add(id) || target.Has(id)) return null;
        if (!source.Recipe(id).TryGet(out var recipe, out var error)) return error;
        foreach (var chunk in recipe.Chunks)
        {
            if (!_done.Add(chunk.Id) && chunk.Id != id) continue;
            if (!target.Has(chunk.Id) && Copy(chunk.Id) is { } failure) return failure;
            if (_sinceStep < StepBytes) continue;
            _sinceStep = 0;
            var durable = await target.CommitAsync(cancellation);
            if (durable.IsFailure) return durable.Error;
        }

        return recipe.Chunks is [var only] && only.Id == id || recipe.Chunks.Count == 0 && target.Has(id) ? null : Copy(id);
    }

    /// <summary>As it is stored; the target holds it against its name.</summary>
    private Error? Copy(Digest id)
    {
        if (!source.ReadRaw(id).TryGet(out var stored, out var error)) return error;
        var added = target.AddRaw(id, stored.Info, stored.Stored.Span);
        if (added.IsFailure) return added.Error;
        Objects++;
        Bytes += stored.Info.StoredBytes;
        _sinceStep += stored.Info.StoredBytes;
        progress.Did(0, stored.Info.StoredBytes);
        return null;
    }
}
