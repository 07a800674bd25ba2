using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Api;
using Weighhouse.Versioning.Commits;
using Weighhouse.Versioning.Repositories;
using Weighhouse.Versioning.Transfer;
using Weighhouse.Versioning.Workspace.Operations;
using Weighhouse.Versioning.Workspace.Session;

namespace Weighhouse.Versioning.Workspace.Remotes.Server;

/// <summary>A repository of a server: docs/formats/push-pull.md.</summary>
internal sealed class ServerRemote(WorkspaceSession session, string name, ServerDoor door, WorkProgress progress) : IRemote
{
    private const int Protocol = 1;

    private DoorView? _view;

    public string? Branch => _view?.DefaultBranch;

    public bool IsNew { get; private set; }

    /// <summary>Asks the server for the repository, and makes it where that is allowed and there is none.</summary>
    public async ValueTask<Result<Done>> EnterAsync(bool mayCreate, CancellationToken cancellation)
    {
        var described = await door.DescribeAsync(cancellation);
        if (described.Error is { Code: ErrorCode.NotFound } && mayCreate)
        {
            if ((await door.CreateAsync(cancellation)).Error is { } refused) return NotMade(refused);
            IsNew = true;
            described = await door.DescribeAsync(cancellation);
        }

        if (!described.TryGet(out _view, out var error)) return error;
        return _view.Protocol == Protocol
            ? Done.Value
            : new Error(
                ErrorCode.NotSupported,
                $"{door.Address.Server} speaks version {_view.Protocol} of push and pull, and this program version {Protocol}. Use a weigh "
                + "of the server's age");
    }

    public async ValueTask<Result<IReadOnlyList<Ref>>> RefsAsync(CancellationToken cancellation)
    {
        var refs = new List<Ref>();
        string? page = null;
        do
        {
            if (!(await door.RefsAsync(page, cancellation)).TryGet(out var answer, out var error)) return error;
            foreach (var view in answer.Refs)
            {
                if (!Digest.TryParse(view.Commit, out var commit))
                    return ServerProblem.NotOurs(door.Address, $"'{PlainText.Cut(view.Commit, 80)}' is no commit's id");
                refs.Add(new Ref(view.Name, commit, view.UpdatedMs, view.UpdatedBy));
            }

            page = answer.NextPageToken;
        }
        while (page is not null);
        return refs;
    }

    public async ValueTask<Result<Transferred>> FetchAsync(IReadOnlyList<Digest> heads, CancellationToken cancellation)
    {
        if (!(await ResolvedAsync(heads, cancellation)).TryGet(out var asked, out var error)) return error;
        var (want, have) = asked;
        var fetcher = new PackFetcher(door, session.Store, progress);
        var commits = new List<Digest>();
        foreach (var part in want.Chunk(ServerLimits.HeadsAtOnce))
        {
            var question = new PlanRequest(Texts(part), Texts(have.TakeLast(ServerLimits.HeadsAtOnce)), null);
            if (!(await fetcher.FetchAsync(question, cancellation)).TryGet(out var brought, out error)) return error;
            commits.AddRange(brought);
            have.AddRange(part);
        }

        return new Transferred(commits, fetcher.Objects, fetcher.StoredBytes)
        {
            WireBytes = fetcher.WireBytes, Rounds = fetcher.Rounds,
        };
    }

    public async ValueTask<Result<Transferred>> PushAsync(
        IReadOnlyList<RefChange> changes, IReadOnlyList<Ref> known, CancellationToken cancellation)
    {
        progress.Begin("comparing", 0, 0, "objects");
        var heads = changes.Select(static change => change.New).OfType<Digest>().Distinct();
        if (!(await GapAsync(heads, known, cancellation)).TryGet(out var gap, out var error)) return error;
        if (!NewObjects.Find(session.Store, gap, static _ => null).TryGet(out var news, out error)) return error;
        var negotiation = new Negotiation(door, (int)_view!.NegotiatedIdsMax);
        var sender = new PackSender(door, session.Store, progress);
        var push = new ObjectPush(session.Store, negotiation, sender);
        if ((await push.RunAsync(news, cancellation)).Error is { } failure) return failure;
        if ((await MoveAsync(changes, news.Commits, cancellation)).Error is { } refusal) return refusal;
        return new Transferred(news.Commits, sender.Objects, sender.StoredBytes)
        {
            WireBytes = sender.WireBytes, Rounds = negotiation.Rounds,
        };
    }

    public ValueTask DisposeAsync()
    {
        door.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>The commits to ask for, and those to say are here: what this remote gave before comes last, as the best known.</summary>
    private async ValueTask<Result<(List<Digest> Want, List<Digest> Have)>> ResolvedAsync(
        IReadOnlyList<Digest> heads, CancellationToken cancellation)
    {
        if (!(await RefOperation.ListAsync(session, "", cancellation)).TryGet(out var refs, out var error)) return error;
        if (!(await session.OpenGraphAsync(cancellation)).TryGet(out var graph, out error)) return error;
        await using (graph)
        {
            var want = new List<Digest>();
            foreach (var head in heads)
            {
                if (!(await CommitRows.IsKnownAsync(graph, head, cancellation)).TryGet(out var isKnown, out error)) return error;
                if (!isKnown) want.Add(head);
            }

            var own = $"{Revisions.Remotes}{name}/";
            return (want,
            [
                .. refs.OrderBy(reference => reference.Name.StartsWith(own, StringComparison.Ordinal)).ThenBy(
                    static reference => reference.UpdatedMs).Select(static reference => reference.Commit).Distinct(),
            ]);
        }
    }

    /// <summary>The commits that the server lacks, as far as its refs tell.</summary>
    private async ValueTask<Result<HistoryGap>> GapAsync(
        IEnumerable<Digest> heads, IReadOnlyList<Ref> known, CancellationToken cancellation)
    {
        if (!(await session.OpenGraphAsync(cancellation)).TryGet(out var graph, out var error)) return error;
        await using (graph)
        {
            return await graph.Get<IDatabase>().ReadAsync(
                async reading =>
                {
                    var found = await RepositoryTable.FindAsync(
                        reading, WorkspaceGraph.Caller, WorkspaceGraph.Repository, Permission.View);
                    if (!found.TryGet(out var stored, out var failure)) return failure;
                    return await HistoryGap.FindAsync(
                        reading, graph.Get<CommitGraphs>().Of(stored.Number), heads,
                        known.Select(static reference => reference.Commit).Distinct());
                },
                cancellation);
        }
    }

    private async ValueTask<Result<Done>> MoveAsync(
        IReadOnlyList<RefChange> changes, IReadOnlyList<Digest> commits, CancellationToken cancellation)
    {
        progress.Begin("finishing", 0, 0, "objects");
        var sent = Texts(commits);
        foreach (var part in changes.Chunk(session.Options.RefChangesMax))
        {
            var moves = part.Select(static change => new PushedRef(
                change.Name, change.Old?.ToString(), change.New?.ToString(), change.Force));
            if ((await MoveAsync(new RefsPushRequest([.. moves], sent, "push"), part, cancellation)).Error is { } refusal) return refusal;
            sent = [];
        }

        return Done.Value;
    }

    /// <summary>A connection that breaks before the answer leaves open whether the refs have moved: then they are looked at.</summary>
    private async ValueTask<Result<Done>> MoveAsync(RefsPushRequest moves, RefChange[] changes, CancellationToken cancellation)
    {
        var attempts = door.NewAttempts();
        var isInDoubt = false;
        while (true)
        {
            var moved = await door.MoveAsync(moves, cancellation);
            if (moved.Error is not { } error) return moved;
            isInDoubt |= error.Code == ErrorCode.Unavailable;
            if (!isInDoubt) return error;
            if (error.Code == ErrorCode.Unavailable && !await attempts.AgainAsync(error, cancellation)) return error;
            if (!(await RefsAsync(cancellation)).TryGet(out var refs, out var failure))
            {
                if (failure.Code != ErrorCode.Unavailable) return failure;
                continue;
            }

            var there = refs.ToDictionary(static reference => reference.Name, static reference => reference.Commit);
            if (changes.All(change => change.New is { } wanted
                ? there.TryGetValue(change.Name, out var at) && at == wanted : !there.ContainsKey(change.Name))) return Done.Value;
            if (error.Code != ErrorCode.Unavailable) return error;
        }
    }

    private Error NotMade(Error refused)
    {
        if (refused.Code is not (ErrorCode.PermissionDenied or ErrorCode.NotFound)) return refused;
        return refused with
        {
            Message = $"There is no repository '{door.Address.Name}' at {door.Address.Server}, or you may not see it, and you may not make "
                + $"it: {refused.Message} Ask somebody who contributes to the project to push first, or to make it (POST "
                + "/api/v1/repositories)",
        };
    }

    private static List<string> Texts(IEnumerable<Digest> ids) => [.. ids.Select(static id => id.ToString())];
}
