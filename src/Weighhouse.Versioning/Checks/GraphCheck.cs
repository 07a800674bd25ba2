using Microsoft.Extensions.Logging;
using Weighhouse.Blobs;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Commits;
using Weighhouse.Versioning.Refs;
using Weighhouse.Versioning.Repositories;

namespace Weighhouse.Versioning.Checks;

internal sealed class GraphCheck(
    IDatabase database, IObjectStore store, Roots roots, VersioningOptions options, ILogger<GraphCheck> log) : IGraphCheck
{
    private static readonly SqlText ListRefs = VersioningSql.Catalog["ListRefs"];

    public async ValueTask<Result<GraphCheckReport>> CheckAsync(
        Principal caller, string? repository, IReadOnlySet<Digest>? suspects, CancellationToken cancellation)
    {
        List<StoredRepository> repositories;
        if (repository is null)
        {
            if (caller.Refuse(Permission.Administer, Scope.Server) is { } refusal) return refusal;
            repositories = await roots.RepositoriesAsync(cancellation);
        }
        else
        {
            var found = await database.ReadAsync(
                session => RepositoryTable.FindAsync(session, caller, repository, Permission.Administer), cancellation);
            if (!found.TryGet(out var one, out var error)) return error;
            repositories = [one];
        }

        var walk = new CheckWalk(store, suspects ?? new HashSet<Digest>(), options, log);
        foreach (var one in repositories) await CheckAsync(one, walk, cancellation);
        return walk.Report();
    }

    private async ValueTask CheckAsync(StoredRepository repository, CheckWalk walk, CancellationToken cancellation)
    {
        var refs = await database.ReadAsync(
            session => session.Prepare(ListRefs)
                .Bind("repo_no", repository.Number).Bind("after", "").Bind("until", "\U0010FFFF").Bind("count", options.RefsMax)
                .ListAsync(RefTable.Read),
            cancellation);
        var met = new HashSet<long>();
        foreach (var reference in refs)
        {
            foreach (var commit in await ReachedAsync(repository.Number, reference.Commit, met, cancellation))
            {
                cancellation.ThrowIfCancellationRequested();
                if (!walk.Check(repository.Facts.Name, reference.Name, commit)) return;
            }
        }
    }

    /// <summary>
    /// The commits of the ref that no earlier ref led to, newest first, so that damage is named by the newest commit that has it.
    /// </summary>
    private ValueTask<List<CommitNode>> ReachedAsync(long repository, Digest head, HashSet<long> met, CancellationToken cancellation) =>
        database.ReadAsync(async session =>
        {
            var graph = new CommitGraph(repository);
            var frontier = new Frontier();
            var reached = new List<CommitNode>();
            if (await graph.FindAsync(session, head) is { } root && met.Add(root.Number)) frontier.Reach(root, Reached.FromOne);
            while (frontier.TryTake(out var node, out _))
            {
                reached.Add(node);
                foreach (var parent in await graph.ParentsAsync(session, node, frontier.Walk))
                    if (met.Add(parent.Number)) frontier.Reach(parent, Reached.FromOne);
            }

            return reached;
        }, cancellation);
}
