using Weighhouse.Kernel;
using Weighhouse.Versioning.Workspace.Operations;
using Weighhouse.Versioning.Workspace.Session;

namespace Weighhouse.Versioning.Workspace.Remotes;

/// <summary>Exchanges commits with another workspace, in a folder that this machine can see.</summary>
internal sealed class RemoteOperation(WorkspaceSession session, WorkProgress progress)
{
    public const string Origin = "origin";

    public static Result<IReadOnlyDictionary<string, string>> Change(WorkspaceSession session, string name, string? address)
    {
        var remotes = new Dictionary<string, string>(session.Configuration.Remotes, StringComparer.Ordinal);
        if (address is null && !remotes.Remove(name)) return Error.NotFound($"There is no remote '{name}'. Those there are: weigh remote");
        if (address is not null)
        {
            if (name.Length == 0 || name.Any(static character => !char.IsAsciiLetterOrDigit(character)
                && character is not ('-' or '_' or '.')))
                return Error.Invalid($"'{name}' is no remote's name: letters, digits, '-', '_' and '.' make one.", "name");
            if (remotes.ContainsKey(name)) return Error.Exists(
                $"There is a remote '{name}' already. Remove it first: weigh remote remove {name}");
            if (!Locate(session, address).TryGet(out _, out var error)) return error;
            remotes[name] = address;
        }

        session.Save(session.Configuration with { Remotes = remotes });
        return Done.Ok.Map<IReadOnlyDictionary<string, string>>(_ => remotes);
    }

    /// <summary>Brings the branches and tags of a remote here, as remotes/NAME/… and tags/….</summary>
    public async ValueTask<Result<RemoteOutcome>> FetchAsync(string? name, CancellationToken cancellation)
    {
        if (!Named(name).TryGet(out var remote, out var error)) return error;
        if (!(await OpenAsync(remote.Address, cancellation)).TryGet(out var other, out error)) return error;
        using (other)
        {
            if (!(await RefOperation.ListAsync(other, "", cancellation)).TryGet(out var theirs, out error)) return error;
            var shared = theirs.Where(static reference => reference.Kind != RefKind.Hidden).ToList();
            using var writer = session.Store.BeginWrite();
            var transfer = new ObjectTransfer(other.Store, writer, progress);
            var copied = await transfer.CopyAsync([.. shared.Select(static reference => reference.Commit)], cancellation);
            if (!copied.TryGet(out var commits, out error)) return error;
            if (!(await session.OpenGraphAsync(cancellation)).TryGet(out var graph, out error)) return error;
            await using (graph)
            {
                var recorded = await RecordAsync(graph, session, commits, shared.Select(static reference => reference.Commit),
                    cancellation);
                if (recorded.IsFailure) return recorded.Error;
                var changes = new List<RefChange>();
                foreach (var reference in shared)
                {
                    var local = reference.Kind == RefKind.Tag ? reference.Name : $"{Revisions.Remotes}{remote.Name}/{reference.ShortName}";
                    if (!(await RefOperation.FindAsync(graph, local, cancellation)).TryGet(out var mine, out error)) return error;
                    // A tag that is here stays what it is here.
                    if (mine?.Commit == reference.Commit || (mine is not null && reference.Kind == RefKind.Tag)) continue;
                    changes.Add(new RefChange(local, mine?.Commit, reference.Commit, Force: true));
                }

                var moved = await UpdateAsync(graph, changes, $"fetch {remote.Name}", cancellation);
                if (moved.IsFailure) return moved.Error;
                return new RemoteOutcome(
                    remote.Name, other.Head.Branch, commits.Count, transfer.Objects, transfer.Bytes,
                        [.. changes.Select(static change => change.Name)]);
            }
        }
    }

    /// <summary>Brings branches and tags there. A branch there that has commits this one lacks is left alone unless forced.</summary>
    public async ValueTask<Result<RemoteOutcome>> PushAsync(PushRequest request, CancellationToken cancellation)
    {
        if (!Named(request.Remote).TryGet(out var remote, out var error)) return error;
        if (!(await MineAsync(request, cancellation)).TryGet(out var mine, out error)) return error;
        if (!(await OpenAsync(remote.Address, cancellation)).TryGet(out var other, out error)) return error;
        using (other)
        {
            using var writer = other.Store.BeginWrite();
            var transfer = new ObjectTransfer(session.Store, writer, progress);
            var copied = await transfer.CopyAsync([.. mine.Select(static reference => reference.Commit)], cancellation);
            if (!copied.TryGet(out var commits, out error)) return error;
            if (!(await other.OpenGraphAsync(cancellation)).TryGet(out var graph, out error)) return error;
            var changes = new List<RefChange>();
            await using (graph)
            {
                var recorded = await RecordAsync(graph, other, commits, mine.Select(static reference => reference.Commit), cancellation);
                if (recorded.IsFailure) return recorded.Error;
                foreach (var reference in mine)
                {
                    if (!(await RefOperation.FindAsync(graph, reference.Name, cancellation)).TryGet(out var there, out error)) return error;
                    if (there?.Commit != reference.Commit) changes.Add(
                        new RefChange(reference.Name, there?.Commit, reference.Commit, request.Force));
                }

                var moved = await UpdateAsync(graph, changes, "push", cancellation);
                if (moved.IsFailure)
                {
                    return moved.Error.Code == ErrorCode.FailedPrecondition
                        ? Error.Precondition($"{remote.Name} has commits that are not here. Bring them first: weigh pull; or overwrite "
                            + "them: weigh push --force")
                        : moved.Error;
                }
            }

            var kept = await FollowAsync(remote.Name, mine, cancellation);
            return kept.Map(_ => new RemoteOutcome(
                remote.Name, null, commits.Count, transfer.Objects, transfer.Bytes, [.. changes.Select(static change => change.Name)]));
        }
    }

    /// <summary>Fetches, then merges what the remote's branch of the same name has.</summary>
    public async ValueTask<Result<WorkspaceMerged>> PullAsync(string? name, MergeStrategy strategy, CancellationToken cancellation)
    {
        if (session.Head.Branch is not { } branch) return Error.Precondition(
            "You are on no branch. Switch to one first: weigh switch BRANCH");
        if (!(await FetchAsync(name, cancellation)).TryGet(out var fetched, out var error)) return error;
        if (!(await session.OpenGraphAsync(cancellation)).TryGet(out var graph, out error)) return error;
        await using (graph)
        {
            var theirs = await RefOperation.FindAsync(graph, $"{Revisions.Remotes}{fetched.Remote}/{branch}", cancellation);
            if (!theirs.TryGet(out var reference, out error)) return error;
            // What another command committed to the branch here comes first.
            var own = await RefOperation.FindAsync(graph, Ref.Heads + branch, cancellation);
            if (!own.TryGet(out var mine, out error)) return error;
            if (mine is not null && mine.Commit != session.Head.Commit)
            {
                return Error.Precondition(
                    $"The branch '{branch}' has moved to {mine.Commit.ToString()[..12]} since this folder was brought to it. Bring the "
                        + $"folder there: weigh switch {branch}");
            }

            if (reference is null) return Error.NotFound($"{fetched.Remote} has no branch '{branch}'. Bring yours there: weigh push");
            return await new MergeOperation(session, progress).MergeAsync(
                graph, reference.Commit, new WorkspaceMerge($"{fetched.Remote}/{branch}", strategy), cancellation);
        }
    }

    private Result<(string Name, string Address)> Named(string? name)
    {
        name ??= session.Configuration.Remotes.Count == 1 ? session.Configuration.Remotes.Keys.First() : Origin;
        return session.Configuration.Remotes.TryGetValue(name, out var address)
            ? (name, address)
            : Error.NotFound($"There is no remote '{name}'. Name one: weigh remote add {name} FOLDER");
    }

    private async ValueTask<Result<WorkspaceSession>> OpenAsync(string address, CancellationToken cancellation)
    {
        if (!Locate(session, address).TryGet(out var folder, out var error)) return error;
        return await WorkspaceSession.OpenAsync(folder, session.Environment, write: false, cancellation);
    }

    /// <summary>A workspace's folder, or its records; from the root of this one.</summary>
    private static Result<WorkspaceFolder> Locate(WorkspaceSession session, string address)
    {
        var scheme = address.IndexOf("://", StringComparison.Ordinal);
        if (scheme > 0 && !address.StartsWith("file://", StringComparison.Ordinal))
            return new Error(ErrorCode.NotSupported,
                $"'{address}' is not a folder. This version exchanges commits with workspaces in folders.");
        var path = Path.GetFullPath(scheme > 0 ? address["file://".Length..] : address, session.Folder.Root);
        var records = Path.Combine(path, WorkspaceFolder.Name);
        if (File.Exists(Path.Combine(path, "HEAD"))) return new WorkspaceFolder(path, path);
        if (File.Exists(Path.Combine(records, "HEAD"))) return new WorkspaceFolder(path, records);
        return File.Exists(records)
            ? WorkspaceFolder.Find(path, static _ => null)
            : Error.NotFound($"{path} is no workspace. Make one there: weigh init {path}");
    }

    private async ValueTask<Result<List<Ref>>> MineAsync(PushRequest request, CancellationToken cancellation)
    {
        var found = new List<Ref>();
        if (!(await session.OpenGraphAsync(cancellation)).TryGet(out var graph, out var error)) return error;
        await using (graph)
        {
            var names = request.Names.Count > 0 ? request.Names
                : session.Head.Branch is { } branch ? [branch] : (IReadOnlyList<string>)[];
            if (names.Count == 0 && !request.Tags) return Error.Precondition(
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

        if (!request.Tags) return found;
        if (!(await RefOperation.ListAsync(session, Ref.Tags, cancellation)).TryGet(out var tags, out error)) return error;
        found.AddRange(tags);
        return found;
    }

    /// <summary>What the remote has now is remembered as its branches.</summary>
    private async ValueTask<Result<Done>> FollowAsync(string remote, List<Ref> pushed, CancellationToken cancellation)
    {
        if (!(await session.OpenGraphAsync(cancellation)).TryGet(out var graph, out var error)) return error;
        await using (graph)
        {
            var changes = new List<RefChange>();
            foreach (var reference in pushed.Where(static reference => reference.Kind == RefKind.Branch))
            {
                var name = $"{Revisions.Remotes}{remote}/{reference.ShortName}";
                if (!(await RefOperation.FindAsync(graph, name, cancellation)).TryGet(out var known, out error)) return error;
                if (known?.Commit != reference.Commit) changes.Add(new RefChange(name, known?.Commit, reference.Commit, Force: true));
            }

            return await UpdateAsync(graph, changes, $"push {remote}", cancellation);
        }
    }

    /// <summary>
    /// Rows of the commits that were copied. An earlier copy that was cut may have brought objects without rows: those are found from
    /// the heads.
    /// </summary>
    private static async ValueTask<Result<Done>> RecordAsync(
        WorkspaceGraph graph, WorkspaceSession into, List<Digest> copied, IEnumerable<Digest> heads, CancellationToken cancellation)
    {
        var unknown = new List<Digest>();
        var met = new HashSet<Digest>();
        var waiting = new Stack<(Digest Id, bool IsComplete)>(heads.Select(static head => (head, false)));
        var fresh = copied.ToHashSet();
        while (waiting.TryPop(out var next))
        {
            if (next.IsComplete) unknown.Add(next.Id);
            if (next.IsComplete || !met.Add(next.Id)) continue;
            if (!fresh.Contains(next.Id))
            {
                var row = await graph.Commits.GetAsync(WorkspaceGraph.Caller, WorkspaceGraph.Repository, next.Id, cancellation);
                if (!row.IsFailure) continue;
                if (row.Error.Code != ErrorCode.NotFound) return row.Error;
            }

            if (!Revisions.Load(into, next.Id).TryGet(out var commit, out var error)) return error;
            waiting.Push((next.Id, true));
            foreach (var parent in commit.Commit.Parents) waiting.Push((parent, false));
        }

        return await graph.Commits.RecordAsync(WorkspaceGraph.Caller, WorkspaceGraph.Repository, unknown, cancellation);
    }

    private static async ValueTask<Result<Done>> UpdateAsync(
        WorkspaceGraph graph, List<RefChange> changes, string reason, CancellationToken cancellation)
    {
        foreach (var part in changes.Chunk(500))
        {
            var moved = await RefOperation.UpdateAsync(graph, part, reason, cancellation);
            if (moved.IsFailure) return moved;
        }

        return Done.Value;
    }
}
