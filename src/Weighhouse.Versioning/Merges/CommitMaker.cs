using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Objects;

namespace Weighhouse.Versioning.Merges;

/// <summary>A commit about to be made on a branch.</summary>
/// <param name="Author">Null for the caller.</param>
/// <param name="IsPreview">Only say what would happen.</param>
internal sealed record BranchChange(
    Ref Branch, IReadOnlyList<Digest> Parents, string Message, IReadOnlyList<CommitLink> Links, string Reason, CommitAuthor? Author,
    bool IsPreview = false);

/// <summary>The trees of a merge.</summary>
internal readonly record struct Threefold(Digest? Origin, Digest Ours, Digest Theirs);

/// <summary>Makes commits on branches of the server's own accord: merges, reverts, cherry-picks.</summary>
internal sealed class CommitMaker(IObjectStore store, IRefs refs, TimeProvider time, VersioningOptions options)
{
    public async ValueTask<Result<MergeResult>> MergeAsync(
        Principal caller, string repository, BranchChange change, Threefold trees, MergeStrategy strategy, CancellationToken cancellation)
    {
        var merged = await MakeAsync(caller, repository, change, trees, strategy, cancellation);
        object ended = merged.Error is { } error ? error.Code : merged.Value.Kind;
        VersioningMetrics.Merges.Add(1, VersioningMetrics.Tag("outcome", ended.ToString()!));
        return merged;
    }

    /// <summary>The tree without entries, which the first commit of a history has for a parent's.</summary>
    public async ValueTask<Result<Digest?>> EmptyTreeAsync(CancellationToken cancellation)
    {
        using var writer = store.BeginWrite();
        var empty = new TreeWriter(writer).Write([]);
        var durable = await writer.CommitAsync(cancellation);
        return durable.IsFailure ? durable.Error : empty.Map(static tree => (Digest?)tree.Id);
    }

    private async ValueTask<Result<MergeResult>> MakeAsync(
        Principal caller, string repository, BranchChange change, Threefold trees, MergeStrategy strategy, CancellationToken cancellation)
    {
        // Who may not move the branch is told so before anything is computed or stored for them.
        var nothing = new RefUpdate([], change.Reason);
        if (!change.IsPreview && (await refs.UpdateAsync(caller, repository, nothing, cancellation)).Error is { } refusal) return refusal;
        using var writer = store.BeginWrite();
        var merger = new TreeMerger(store, writer, strategy, options);
        var done = await merger.MergeAsync(trees.Origin, trees.Ours, trees.Theirs, cancellation);
        if (!done.TryGet(out var merged, out var error)) return error;
        if (merged.Conflicts.Count > 0) return new MergeResult(MergeResultKind.Conflicts, change.Branch.Commit, merged.Conflicts);
        if (merged.Tree.Id == trees.Ours && change.Parents.Count == 1)
            return new MergeResult(MergeResultKind.UpToDate, change.Branch.Commit, []);
        if (change.IsPreview) return new MergeResult(MergeResultKind.Committed, change.Branch.Commit, []);
        var commit = new Commit(
            merged.Tree.Id, change.Parents, change.Author ?? new CommitAuthor(caller.Name), time.GetUtcNow().ToUnixTimeMilliseconds(),
            change.Message, merged.Facts, change.Links);
        if (!CommitCodec.Store(writer, commit).TryGet(out var id, out error)) return error;
        var durable = await writer.CommitAsync(cancellation);
        if (durable.IsFailure) return durable.Error;
        var update = new RefUpdate([new RefChange(change.Branch.Name, change.Branch.Commit, id)], change.Reason, [id]);
        var moved = await refs.UpdateAsync(caller, repository, update, cancellation);
        return moved.Map(_ => new MergeResult(MergeResultKind.Committed, id, []));
    }
}
