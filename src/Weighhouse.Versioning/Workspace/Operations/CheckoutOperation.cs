using Weighhouse.Kernel;
using Weighhouse.Versioning.Workspace.Checkout;
using Weighhouse.Versioning.Workspace.Index;
using Weighhouse.Versioning.Workspace.Session;

namespace Weighhouse.Versioning.Workspace.Operations;

/// <summary>Brings the folder to a tree, then the index and the head: in this order, written down before.</summary>
internal static class CheckoutOperation
{
    private const int ObstaclesNamed = 10;

    /// <param name="content">What the folder shall hold when that is not the head's tree: then it is staged.</param>
    /// <param name="beforeHead">Runs when the files are written and before the head moves: a branch that has to follow.</param>
    public static async ValueTask<Result<CheckoutOutcome>> RunAsync(
        WorkspaceSession session, WorkspaceHead head, bool force, WorkProgress progress, CancellationToken cancellation,
        Func<ValueTask<Result<Done>>>? beforeHead = null, Digest? content = null)
    {
        var tree = content ?? head.Tree;
        if (!Target(session, tree).TryGet(out var target, out var error)) return error;
        if (!new CheckoutPlanner(session, force, cancellation).Plan(target, PathScope.Everything, rewrite: force).TryGet(
            out var plan, out error))
            return error;
        if (Refuse(plan) is { } refusal) return refusal;
        if (plan.Deletes.Count + plan.Writes.Count > 0)
            new WorkspacePending(null, null, null, tree?.ToString() ?? EmptyTree, []).Save(session.Folder);
        if (!new CheckoutRun(session.Folder, session.Store, session.Time, progress).Run(plan, cancellation).TryGet(
            out var entries, out error))
            return error;
        if (beforeHead is not null && await beforeHead() is { IsFailure: true } failed) return failed.Error;
        session.Save(WorkspaceIndex.Sorted(entries, tree));
        session.Save(head);
        session.ClearPending();
        return new CheckoutOutcome(
            head.Branch, head.Commit, plan.Writes.Count, plan.Deletes.Count, plan.Writes.Sum(static write => write.Target.SizeBytes));
    }

    /// <summary>What the index shall hold: the tree, less what a sparse checkout leaves out.</summary>
    public static Result<WorkspaceIndex> Target(WorkspaceSession session, Digest? tree)
    {
        if (!session.Trees.Read(tree).TryGet(out var target, out var error)) return error;
        if (session.Configuration.Only.Count == 0) return target;
        return new WorkspaceIndex(
            [.. target.Entries.Select(entry => entry with { IsLeftOut = !session.Configuration.Wants(entry.Path) })], tree);
    }

    public static Error? Refuse(CheckoutPlan plan)
    {
        if (plan.Obstacles.Count == 0) return null;
        var named = plan.Obstacles.Take(ObstaclesNamed).Select(static obstacle => $"  {obstacle.Path} ({obstacle.Reason})");
        var more = plan.Obstacles.Count > ObstaclesNamed ? $"\n  and {plan.Obstacles.Count - ObstaclesNamed} more" : "";
        return Error.Precondition(
            $"{plan.Obstacles.Count} {(plan.Obstacles.Count == 1 ? "file" : "files")} of yours would be overwritten:\n"
            + $"{string.Join('\n', named)}{more}\nCommit or stash them first, or lose them with --force. Nothing was changed.");
    }

    /// <summary>Stands for a tree without files in what is written down; no object has this name.</summary>
    private const string EmptyTree = "empty";
}
