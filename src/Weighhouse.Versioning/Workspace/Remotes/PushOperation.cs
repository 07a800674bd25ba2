using Weighhouse.Kernel;
using Weighhouse.Versioning.Workspace.Operations;
using Weighhouse.Versioning.Workspace.Session;

namespace Weighhouse.Versioning.Workspace.Remotes;

/// <summary>
/// Brings branches and tags to a remote. A branch there that has commits this workspace lacks is left alone unless forced.
/// </summary>
internal sealed class PushOperation(WorkspaceSession session, PushRequest request, WorkProgress progress)
{
    public async ValueTask<Result<RemoteOutcome>> RunAsync(CancellationToken cancellation)
    {
        if (!RemoteNames.Find(session, request.Remote).TryGet(out var remote, out var error)) return error;
        if (!(await MineAsync(cancellation)).TryGet(out var mine, out error)) return error;
        var opened = await RemoteOpening.OpenAsync(session, remote, mayCreate: !request.Delete, progress, cancellation);
        if (!opened.TryGet(out var other, out error)) return error;
        await using (other)
        {
            if (!(await other.RefsAsync(cancellation)).TryGet(out var theirs, out error)) return error;
            var planned = request.Delete ? Deletions(remote.Name, theirs) : await ChangesAsync(remote.Name, mine, theirs, cancellation);
            if (!planned.TryGet(out var changes, out error)) return error;
            var sent = new Transferred([], 0, 0);
            if (changes.Count > 0 && !(await other.PushAsync(changes, theirs, cancellation)).TryGet(out sent, out error))
                return Explain(error, remote.Name);
            if ((await FollowAsync(remote.Name, mine, cancellation)).Error is { } lost) return lost;
            return new RemoteOutcome(
                remote.Name, null, sent.Commits.Count, sent.Objects, sent.Bytes, [.. changes.Select(static change => change.Name)])
            {
                WireBytes = sent.WireBytes, Rounds = sent.Rounds, IsNew = other.IsNew,
            };
        }
    }

    /// <summary>The refs here that are meant.</summary>
    private async ValueTask<Result<List<Ref>>> MineAsync(CancellationToken cancellation)
    {
        if (request.Delete)
        {
            return request.Names.Count > 0 && !request.All && !request.Tags ? new List<Ref>()
                : Error.Invalid("Name what to delete there: weigh push --delete REMOTE NAME");
        }

        var found = new List<Ref>();
        if (!(await session.OpenGraphAsync(cancellation)).TryGet(out var graph, out var error)) return error;
        await using (graph)
        {
            var isNamed = request.Names.Count > 0 || request.All || request.Tags;
            var names = isNamed ? request.Names : session.Head.Branch is { } branch ? [branch] : [];
            if (names.Count == 0 && !isNamed) return Error.Precondition(
                "You are on no branch. Name what to push: weigh push REMOTE BRANCH");
            foreach (var name in names)
            {
                var branchRef = await RefOperation.FindAsync(graph, Ref.Heads + name, cancellation);
                if (!branchRef.TryGet(out var reference, out error)) return error;
                if (reference is null && !(await RefOperation.FindAsync(graph, Ref.Tags + name, cancellation)).TryGet(
                    out reference, out error)) return error;
                if (reference is null) return Error.NotFound($"There is no branch or tag '{name}' with a commit.");
                found.Add(reference);
            }
        }

        foreach (var (wanted, prefix) in new[] { (request.All, Ref.Heads), (request.Tags, Ref.Tags) })
        {
            if (!wanted) continue;
            if (!(await RefOperation.ListAsync(session, prefix, cancellation)).TryGet(out var listed, out error)) return error;
            found.AddRange(listed.Where(reference => !found.Exists(known => known.Name == reference.Name)));
        }

        return found;
    }

    /// <summary>What must move there. Asked before anything is sent: who sends gigabytes wants to hear of a refusal first.</summary>
    private async ValueTask<Result<List<RefChange>>> ChangesAsync(
        string remote, List<Ref> mine, IReadOnlyList<Ref> theirs, CancellationToken cancellation)
    {
        var there = theirs.ToDictionary(static reference => reference.Name, StringComparer.Ordinal);
        var changes = new List<RefChange>();
        if (!(await session.OpenGraphAsync(cancellation)).TryGet(out var graph, out var error)) return error;
        await using (graph)
        {
            foreach (var reference in mine)
            {
                var old = there.GetValueOrDefault(reference.Name)?.Commit;
                if (old == reference.Commit) continue;
                if (old is { } held && reference.Kind == RefKind.Tag)
                {
                    return Error.Precondition(
                        $"The tag '{reference.ShortName}' is at {held.ToString()[..12]} there, and a tag does not move. Give this one "
                        + $"another name; or delete that one: weigh push --delete {remote} {reference.ShortName}");
                }

                if (old is { } present && !request.Force)
                {
                    if (!(await IsForwardAsync(graph, present, reference.Commit, cancellation)).TryGet(out var isForward, out error))
                        return error;
                    if (!isForward) return Behind(remote, reference.ShortName);
                }

                changes.Add(new RefChange(reference.Name, old, reference.Commit, request.Force));
            }
        }

        return changes;
    }

    private Result<List<RefChange>> Deletions(string remote, IReadOnlyList<Ref> theirs)
    {
        var changes = new List<RefChange>();
        foreach (var name in request.Names)
        {
            var found = theirs.FirstOrDefault(reference => reference.Name == Ref.Heads + name)
                ?? theirs.FirstOrDefault(reference => reference.Name == Ref.Tags + name);
            if (found is null) return Error.NotFound($"{remote} has no branch or tag '{name}'.");
            changes.Add(new RefChange(found.Name, found.Commit, null, Force: true));
        }

        return changes;
    }

    private static async ValueTask<Result<bool>> IsForwardAsync(
        WorkspaceGraph graph, Digest old, Digest moved, CancellationToken cancellation)
    {
        if (!(await CommitRows.IsKnownAsync(graph, old, cancellation)).TryGet(out var isKnown, out var error)) return error;
        if (!isKnown) return false;
        return await graph.Commits.IsAncestorAsync(WorkspaceGraph.Caller, WorkspaceGraph.Repository, old, moved, cancellation);
    }

    /// <summary>Somebody else was quicker between the question and the move: the cure is the same as when they came long before.</summary>
    private Error Explain(Error error, string remote) => error.Code switch
    {
        ErrorCode.Conflict => error with
        {
            Message = $"Somebody else moved {remote} meanwhile, and nothing was moved there. Bring theirs first: weigh pull; then push "
                + "again",
        },
        ErrorCode.FailedPrecondition when !request.Delete && error.Message.Contains("would lose commits", StringComparison.Ordinal) =>
            Behind(remote, null),
        _ => error,
    };

    private static Error Behind(string remote, string? branch) => Error.Precondition(
        $"{(branch is null ? remote : $"{remote}/{branch}")} has commits that are not here. Bring them first: weigh pull; or overwrite "
        + "them: weigh push --force");

    /// <summary>What the remote has now is remembered as its branches.</summary>
    private async ValueTask<Result<Done>> FollowAsync(string remote, List<Ref> pushed, CancellationToken cancellation)
    {
        if (!(await session.OpenGraphAsync(cancellation)).TryGet(out var graph, out var error)) return error;
        await using (graph)
        {
            var branches = request.Delete
                ? request.Names.Select(static name => (Name: name, Commit: (Digest?)null))
                : pushed.Where(static reference => reference.Kind == RefKind.Branch)
                    .Select(static reference => (Name: reference.ShortName, Commit: (Digest?)reference.Commit));
            var changes = new List<RefChange>();
            foreach (var branch in branches)
            {
                var name = $"{Revisions.Remotes}{remote}/{branch.Name}";
                if (!(await RefOperation.FindAsync(graph, name, cancellation)).TryGet(out var known, out error)) return error;
                if (known?.Commit != branch.Commit) changes.Add(new RefChange(name, known?.Commit, branch.Commit, Force: true));
            }

            if ((await RefOperation.UpdateAllAsync(graph, changes, $"push {remote}", cancellation)).Error is { } refusal) return refusal;
        }

        Upstream.Forget(session);
        return await Upstream.AdoptAsync(
            session, remote, pushed.Where(static reference => reference.Kind == RefKind.Branch).Select(
                static reference => reference.ShortName), cancellation);
    }
}
