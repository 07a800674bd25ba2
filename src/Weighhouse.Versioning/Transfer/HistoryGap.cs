using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Commits;

namespace Weighhouse.Versioning.Transfer;

/// <summary>What one history has and another lacks.</summary>
/// <param name="Commits">Newest first.</param>
/// <param name="Parents">The parents of any of them, by number.</param>
internal sealed record HistoryGap(IReadOnlyList<CommitNode> Commits, IReadOnlyDictionary<long, CommitNode> Parents)
{
    public static readonly HistoryGap None = new([], new Dictionary<long, CommitNode>());

    /// <param name="have">Commits that are there with all that is behind them; those this history does not have tell nothing.</param>
    public static async ValueTask<Result<HistoryGap>> FindAsync(
        DbSession session, CommitGraph graph, IEnumerable<Digest> want, IEnumerable<Digest> have)
    {
        var frontier = new Frontier();
        foreach (var id in want)
        {
            if (await graph.FindAsync(session, id) is not { } node) return CommitService.Missing(id);
            frontier.Reach(node, Reached.FromOne);
        }

        foreach (var id in have)
            if (await graph.FindAsync(session, id) is { } node) frontier.Reach(node, Reached.FromOther);
        var commits = new List<CommitNode>();
        var parents = new Dictionary<long, CommitNode>();
        while (frontier.Any(Reached.FromOne) && frontier.TryTake(out var node, out var reached))
        {
            if (reached == Reached.FromOne) commits.Add(node);
            foreach (var parent in await graph.ParentsAsync(session, node, frontier.Walk))
            {
                if (reached == Reached.FromOne) parents[parent.Number] = parent;
                frontier.Reach(parent, reached);
            }
        }

        return new HistoryGap(commits, parents);
    }
}
