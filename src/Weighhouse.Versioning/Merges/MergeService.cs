using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Diffs;

namespace Weighhouse.Versioning.Merges;

internal sealed class MergeService(
    IObjectStore store, IRefs refs, ICommits commits, CommitMaker maker, VersioningOptions options) : IMerges
{
    private readonly TreeDiffer _differ = new(store, options);

    public async ValueTask<Result<TreeDiff>> DiffAsync(
        Principal caller, string repository, Digest? old, Digest? current, DiffQuery query, CancellationToken cancellation)
    {
        if (query.ChangesMax is { } asked && (asked < 1 || asked > options.DiffChangesMax))
            return Error.Invalid($"A comparison tells 1 to {options.DiffChangesMax} changes, not {asked}.", "limit");
        if (!(await TreeOfAsync(caller, repository, old, cancellation)).TryGet(out var left, out var error)) return error;
        if (!(await TreeOfAsync(caller, repository, current, cancellation)).TryGet(out var right, out error)) return error;
        return _differ.Compare(left, right, query);
    }

    public async ValueTask<Result<MergeResult>> MergeAsync(
        Principal caller, string repository, MergeRequest request, CancellationToken cancellation)
    {
        var branch = await refs.GetAsync(caller, repository, Ref.Heads + request.Into, cancellation);
        if (!branch.TryGet(out var into, out var error)) return error;
        if (!(await refs.ResolveAsync(caller, repository, request.From, cancellation)).TryGet(out var from, out error)) return error;
        var found = await commits.MergeBasesAsync(caller, repository, into.Commit, from, cancellation);
        if (!found.TryGet(out var bases, out error)) return error;
        if (bases.Contains(from)) return new MergeResult(MergeResultKind.UpToDate, into.Commit, []);
        if (request.AllowFastForward && bases.Contains(into.Commit))
        {
            if (request.IsPreview) return new MergeResult(MergeResultKind.FastForward, into.Commit, []);
            var update = new RefUpdate([new RefChange(into.Name, into.Commit, from)], $"merge {request.From}: fast-forward");
            var moved = await refs.UpdateAsync(caller, repository, update, cancellation);
            return moved.Map(_ => new MergeResult(MergeResultKind.FastForward, from, []));
        }

        if (!(await TreeOfAsync(caller, repository, bases.Count == 0 ? null : bases[0], cancellation)).TryGet(out var origin, out error))
            return error;
        if (!(await TreeOfAsync(caller, repository, from, cancellation)).TryGet(out var theirs, out error)) return error;
        var change = new BranchChange(
            into, [into.Commit, from], request.Message ?? $"Merge {request.From} into {request.Into}", [], $"merge {request.From}",
            request.Author, request.IsPreview);
        return await ApplyAsync(caller, repository, change, origin, theirs!.Value, request.Strategy, cancellation);
    }

    public ValueTask<Result<MergeResult>> RevertAsync(
        Principal caller, string repository, ReplayRequest request, CancellationToken cancellation) =>
        ReplayAsync(caller, repository, request, isRevert: true, cancellation);

    public ValueTask<Result<MergeResult>> CherryPickAsync(
        Principal caller, string repository, ReplayRequest request, CancellationToken cancellation) =>
        ReplayAsync(caller, repository, request, isRevert: false, cancellation);

    /// <summary>
    /// Repeating a commit is merging it with its parent as the origin; taking it back is merging its parent with it as the origin.
    /// </summary>
    private async ValueTask<Result<MergeResult>> ReplayAsync(
        Principal caller, string repository, ReplayRequest request, bool isRevert, CancellationToken cancellation)
    {
        if (!(await refs.GetAsync(caller, repository, Ref.Heads + request.Branch, cancellation)).TryGet(out var branch, out var error))
            return error;
        if (!(await refs.ResolveAsync(caller, repository, request.Commit, cancellation)).TryGet(out var id, out error)) return error;
        if (!(await commits.GetAsync(caller, repository, id, cancellation)).TryGet(out var named, out error)) return error;
        if (!ParentOf(named, request.Mainline).TryGet(out var parent, out error)) return error;
        if (!(await TreeOfAsync(caller, repository, parent, cancellation)).TryGet(out var parentTree, out error)) return error;
        if (parentTree is null && !(await maker.EmptyTreeAsync(cancellation)).TryGet(out parentTree, out error)) return error;
        var (origin, theirs) = isRevert ? (named.Commit.Tree, parentTree!.Value) : (parentTree!.Value, named.Commit.Tree);
        var message = request.Message ?? (isRevert
            ? $"Revert \"{named.Commit.Subject}\"\n\nThis takes back {id}."
            : named.Commit.Message);
        var change = new BranchChange(
            branch, [branch.Commit], message, [new CommitLink(isRevert ? "reverts" : "picked-from", $"commit:{id}")],
            isRevert ? $"revert {id}" : $"cherry-pick {id}", request.Author ?? (isRevert ? null : named.Commit.Author));
        return await ApplyAsync(caller, repository, change, origin, theirs, request.Strategy, cancellation);
    }

    private async ValueTask<Result<MergeResult>> ApplyAsync(
        Principal caller, string repository, BranchChange change, Digest? origin, Digest theirs, MergeStrategy strategy,
        CancellationToken cancellation)
    {
        if (!(await TreeOfAsync(caller, repository, change.Branch.Commit, cancellation)).TryGet(out var ours, out var error)) return error;
        return await maker.MergeAsync(caller, repository, change, new Threefold(origin, ours!.Value, theirs), strategy, cancellation);
    }

    private static Result<Digest?> ParentOf(NamedCommit named, int mainline)
    {
        var parents = named.Commit.Parents;
        if (mainline < 0 || mainline > parents.Count)
            return Error.Invalid($"Commit {named.Id} has {parents.Count} parents; there is no number {mainline}.", "mainline");
        if (mainline > 0) return parents[mainline - 1];
        return parents.Count switch
        {
            0 => (Digest?)null,
            1 => parents[0],
            _ => Error.Invalid(
                $"Commit {named.Id} is a merge of {parents.Count}: say with mainline which parent's side stays.", "mainline"),
        };
    }

    private async ValueTask<Result<Digest?>> TreeOfAsync(
        Principal caller, string repository, Digest? commit, CancellationToken cancellation)
    {
        if (commit is null) return (Digest?)null;
        var found = await commits.GetAsync(caller, repository, commit.Value, cancellation);
        return found.Map(static named => (Digest?)named.Commit.Tree);
    }
}
