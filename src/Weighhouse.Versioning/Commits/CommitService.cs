using Weighhouse.Blobs;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Objects;
using Weighhouse.Versioning.Repositories;

namespace Weighhouse.Versioning.Commits;

internal sealed class CommitService(
    IDatabase database, IObjectStore store, CommitGraphs graphs, TimeProvider time, VersioningOptions options) : ICommits
{
    private readonly FolderHistories _histories = new(options.FolderHistoriesMax);

    /// <summary>Rows of one unit: a push of a long history must not hold up the writers beside it.</summary>
    private const int RecordedAtOnce = 500;

    private readonly TreeReader _trees = new(store);

    public static Error Missing(Digest commit) => Error.NotFound($"The repository has no commit {commit}.");

    public async ValueTask<Result<Done>> RecordAsync(
        Principal caller, string repository, IReadOnlyList<Digest> commits, CancellationToken cancellation)
    {
        foreach (var ids in commits.Chunk(RecordedAtOnce))
        {
            if (!Load(ids).TryGet(out var loaded, out var error)) return error;
            var recorded = await database.WriteAsync<Done>(
                async session =>
                {
                    var stored = await RepositoryTable.FindAsync(session, caller, repository, Permission.Contribute);
                    return stored.TryGet(out var found, out var refusal)
                        ? await CommitTable.RecordAsync(session, found, loaded, caller, time.GetUtcNow().ToUnixTimeMilliseconds())
                        : refusal;
                },
                cancellation);
            if (recorded.IsFailure) return recorded;
        }

        return Done.Value;
    }

    public async ValueTask<Result<NamedCommit>> GetAsync(
        Principal caller, string repository, Digest commit, CancellationToken cancellation)
    {
        var found = await ReadAsync<CommitNode>(
            caller,
            repository,
            async (session, graph) => await graph.FindAsync(session, commit) is { } node ? node : Missing(commit),
            cancellation);
        return found.TryGet(out _, out var error) ? Load(commit) : error;
    }

    public async ValueTask<Result<Page<NamedCommit>>> LogAsync(
        Principal caller, string repository, LogQuery query, PageRequest page, CancellationToken cancellation)
    {
        if (page.Size < 1 || page.Size > options.PageMax)
            return Error.Invalid($"page_size is {page.Size}; it must be from 1 to {options.PageMax}.", "page_size");
        if (query.Heads.Count + (query.Without?.Count ?? 0) > options.RefChangesMax)
            return Error.Invalid($"A log begins at no more than {options.RefChangesMax} commits.", "heads");
        var read = await ReadAsync(
            caller, repository, (session, graph) => new CommitLog(graph, session, _trees, Load, query).ReadAsync(page), cancellation);
        if (!read.TryGet(out var found, out var error)) return error;
        if (!Load(found.Nodes.Select(static node => node.Id)).TryGet(out var commits, out error)) return error;
        return new Page<NamedCommit>(commits, found.Token);
    }

    public async ValueTask<Result<IReadOnlyDictionary<string, NamedCommit>>> LastChangesAsync(
        Principal caller, string repository, Digest commit, TreePath folder, IReadOnlyList<string> names, CancellationToken cancellation)
    {
        if (names.Count > options.PageMax)
            return Error.Invalid($"The last changes of {names.Count} names are asked for; the limit is {options.PageMax}.", "names");
        var read = await ReadAsync<IReadOnlyDictionary<string, Digest>>(
            caller,
            repository,
            async (session, graph) =>
            {
                if (await graph.FindAsync(session, commit) is not { } head) return Missing(commit);
                var history = _histories.Of(graph.Repository, head, folder, names, _trees);
                var walked = await history.WalkAsync(graph, session, time, options.FolderHistoryTimeMax);
                return walked.Map(_ => history.Found);
            },
            cancellation);
        if (!read.TryGet(out var found, out var error)) return error;
        if (!Load(found.Values.Distinct()).TryGet(out var commits, out error)) return error;
        var named = commits.ToDictionary(static loaded => loaded.Id);
        return Done.Ok.Map<IReadOnlyDictionary<string, NamedCommit>>(
            _ => found.ToDictionary(static one => one.Key, one => named[one.Value], StringComparer.Ordinal));
    }

    public ValueTask<Result<bool>> IsAncestorAsync(
        Principal caller, string repository, Digest ancestor, Digest descendant, CancellationToken cancellation) =>
        CompareAsync<bool>(
            caller, repository, ancestor, descendant,
            async (ancestry, one, other) => await ancestry.IsAncestorAsync(one, other), cancellation);

    public ValueTask<Result<IReadOnlyList<Digest>>> MergeBasesAsync(
        Principal caller, string repository, Digest one, Digest other, CancellationToken cancellation) =>
        CompareAsync(
            caller, repository, one, other,
            async (ancestry, left, right) =>
            {
                var bases = await ancestry.MergeBasesAsync(left, right);
                return Done.Ok.Map<IReadOnlyList<Digest>>(_ => bases.ConvertAll(static node => node.Id));
            },
            cancellation);

    public ValueTask<Result<Distance>> DistanceAsync(
        Principal caller, string repository, Digest one, Digest other, CancellationToken cancellation) =>
        CompareAsync<Distance>(
            caller, repository, one, other, async (ancestry, left, right) => await ancestry.DistanceAsync(left, right), cancellation);

    public ValueTask<Result<BisectStep>> BisectAsync(
        Principal caller, string repository, Digest bad, IReadOnlyList<Digest> good, CancellationToken cancellation) =>
        ReadAsync<BisectStep>(
            caller,
            repository,
            async (session, graph) =>
            {
                if (await graph.FindAsync(session, bad) is not { } badNode) return Missing(bad);
                var goodNodes = new List<CommitNode>();
                foreach (var id in good)
                {
                    if (await graph.FindAsync(session, id) is not { } node) return Missing(id);
                    goodNodes.Add(node);
                }

                return await Bisection.StepAsync(new Ancestry(graph, session), badNode, goodNodes);
            },
            cancellation);

    /// <summary>The commits with their names, read from the store.</summary>
    public Result<List<NamedCommit>> Load(IEnumerable<Digest> ids)
    {
        var loaded = new List<NamedCommit>();
        foreach (var id in ids)
        {
            if (!Load(id).TryGet(out var commit, out var error)) return error;
            loaded.Add(commit);
        }

        return loaded;
    }

    private Result<NamedCommit> Load(Digest id) => CommitCodec.Load(store, id).Map(commit => new NamedCommit(id, commit));

    private ValueTask<Result<T>> CompareAsync<T>(
        Principal caller, string repository, Digest one, Digest other, Func<Ancestry, CommitNode, CommitNode, ValueTask<Result<T>>> compare,
        CancellationToken cancellation) =>
        ReadAsync(
            caller,
            repository,
            async (session, graph) =>
            {
                if (await graph.FindAsync(session, one) is not { } left) return Missing(one);
                if (await graph.FindAsync(session, other) is not { } right) return Missing(other);
                return await compare(new Ancestry(graph, session), left, right);
            },
            cancellation);

    private ValueTask<Result<T>> ReadAsync<T>(
        Principal caller, string repository, Func<DbSession, CommitGraph, ValueTask<Result<T>>> work, CancellationToken cancellation) =>
        database.ReadAsync(
            async session =>
                (await RepositoryTable.FindAsync(session, caller, repository, Permission.View)).TryGet(out var found, out var error)
                    ? await work(session, graphs.Of(found.Number))
                    : error,
            cancellation);
}
