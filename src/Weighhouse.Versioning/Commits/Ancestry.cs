using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Commits;

/// <summary>
/// Questions of ancestry. Every walk goes newest first, so that a commit is met only after all its descendants that the walk can reach:
/// what is known of it then is final.
/// </summary>
internal sealed class Ancestry(CommitGraph graph, DbSession session)
{
    public async ValueTask<bool> IsAncestorAsync(CommitNode ancestor, CommitNode descendant)
    {
        var frontier = new Frontier();
        frontier.Reach(descendant, Reached.FromOne);
        while (frontier.TryTake(out var node, out _))
        {
            if (node.Number == ancestor.Number) return true;
            // Nothing as old as the ancestor, or older in generations, can have it behind.
            if (node.Generation <= ancestor.Generation || node.OrderMs <= ancestor.OrderMs) continue;
            foreach (var parent in await graph.ParentsAsync(session, node, frontier.Walk)) frontier.Reach(parent, Reached.FromOne);
        }

        return false;
    }

    public async ValueTask<List<CommitNode>> MergeBasesAsync(CommitNode one, CommitNode other)
    {
        var frontier = new Frontier();
        frontier.Reach(one, Reached.FromOne);
        frontier.Reach(other, Reached.FromOther);
        var bases = new List<CommitNode>();
        while (CanMeet(frontier) && frontier.TryTake(out var node, out var reached))
        {
            if (reached == Reached.Both) bases.Add(node);
            var onwards = (reached & Reached.Both) == Reached.Both ? Reached.Both | Reached.Past : reached;
            foreach (var parent in await graph.ParentsAsync(session, node, frontier.Walk)) frontier.Reach(parent, onwards);
        }

        return bases;
    }

    public async ValueTask<Distance> DistanceAsync(CommitNode one, CommitNode other)
    {
        var frontier = new Frontier();
        frontier.Reach(one, Reached.FromOne);
        frontier.Reach(other, Reached.FromOther);
        long ahead = 0, behind = 0;
        while ((frontier.Any(Reached.FromOne) || frontier.Any(Reached.FromOther)) && frontier.TryTake(out var node, out var reached))
        {
            if (reached == Reached.FromOne) ahead++;
            if (reached == Reached.FromOther) behind++;
            foreach (var parent in await graph.ParentsAsync(session, node, frontier.Walk)) frontier.Reach(parent, reached);
        }

        return new Distance(ahead, behind);
    }

    /// <summary>The commits that are the bad one or its ancestors, and neither good nor an ancestor of good; oldest first.</summary>
    /// <returns>An error when they are more than can be weighed.</returns>
    public async ValueTask<Result<List<CommitNode>>> SuspectsAsync(CommitNode bad, IReadOnlyList<CommitNode> good, int countMax)
    {
        var frontier = new Frontier();
        frontier.Reach(bad, Reached.FromOne);
        foreach (var node in good) frontier.Reach(node, Reached.FromOther);
        var suspects = new List<CommitNode>();
        while (frontier.Any(Reached.FromOne) && frontier.TryTake(out var node, out var reached))
        {
            if (reached == Reached.FromOne) suspects.Add(node);
            if (suspects.Count > countMax)
                return Error.Invalid($"More than {countMax} commits lie between good and bad. Name a good commit that is nearer.", "good");
            foreach (var parent in await graph.ParentsAsync(session, node, frontier.Walk)) frontier.Reach(parent, reached);
        }

        suspects.Reverse();
        return suspects;
    }

    /// <summary>Whether a further common ancestor can show: one waits, or both sides still have something of their own.</summary>
    private static bool CanMeet(Frontier frontier) =>
        frontier.Any(Reached.Both) || (frontier.Any(Reached.FromOne) && frontier.Any(Reached.FromOther));
}
