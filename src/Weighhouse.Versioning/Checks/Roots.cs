using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Commits;
using Weighhouse.Versioning.Repositories;

namespace Weighhouse.Versioning.Checks;

/// <summary>What the rows say is to be kept.</summary>
internal sealed class Roots(IDatabase database, TimeProvider time, VersioningOptions options)
{
    private const int RepositoriesAtOnce = 500;

    private static readonly SqlText ListKeptRepositories = VersioningSql.Catalog["ListKeptRepositories"];
    private static readonly SqlText ListRootCommits = VersioningSql.Catalog["ListRootCommits"];

    /// <summary>All that live or can still be restored.</summary>
    public async ValueTask<List<StoredRepository>> RepositoriesAsync(CancellationToken cancellation)
    {
        var all = new List<StoredRepository>();
        while (true)
        {
            var rows = await database.ReadAsync(
                session => session.Prepare(ListKeptRepositories)
                    .Bind("since_ms", SinceMs()).Bind("after_no", all.Count == 0 ? 0 : all[^1].Number).Bind("count", RepositoriesAtOnce)
                    .ListAsync(RepositoryTable.Read),
                cancellation);
            all.AddRange(rows);
            if (rows.Count < RepositoriesAtOnce) return all;
        }
    }

    /// <summary>
    /// Every commit that a ref leads to, or led to within the time of restoring: what a branch has lost by force can be brought back that
    /// long.
    /// </summary>
    public ValueTask<List<CommitNode>> CommitsAsync(StoredRepository repository, CancellationToken cancellation) =>
        database.ReadAsync(async session =>
        {
            var number = repository.Number;
            var ids = await session.Prepare(ListRootCommits)
                .Bind("refs_repo_no", number).Bind("old_repo_no", number).Bind("new_repo_no", number)
                .Bind("old_since_ms", SinceMs()).Bind("new_since_ms", SinceMs()).Bind("count", long.MaxValue)
                .ListAsync(static row => new Digest(row.Bytes(0)));
            // A graph of its own: a walk through all repositories must not push what people ask for out of memory.
            var graph = new CommitGraph(number);
            var walk = new CommitWalk();
            var met = new HashSet<long>();
            var reached = new List<CommitNode>();
            var waiting = new Stack<CommitNode>();
            foreach (var id in ids)
                if (await graph.FindAsync(session, id) is { } root && met.Add(root.Number)) waiting.Push(root);
            while (waiting.TryPop(out var node))
            {
                reached.Add(node);
                foreach (var parent in await graph.ParentsAsync(session, node, walk))
                    if (met.Add(parent.Number)) waiting.Push(parent);
            }

            return reached;
        }, cancellation);

    private long SinceMs() => time.GetUtcNow().ToUnixTimeMilliseconds() - (long)options.RestoreWithin.TotalMilliseconds;
}
