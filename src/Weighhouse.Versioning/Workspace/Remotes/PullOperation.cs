using Weighhouse.Kernel;
using Weighhouse.Versioning.Workspace.Operations;
using Weighhouse.Versioning.Workspace.Session;

namespace Weighhouse.Versioning.Workspace.Remotes;

/// <summary>Merges what a fetch brought of the present branch.</summary>
internal static class PullOperation
{
    public static async ValueTask<Result<WorkspaceMerged>> MergeAsync(
        WorkspaceSession session, string remote, MergeStrategy strategy, WorkProgress progress, CancellationToken cancellation)
    {
        if (session.Head.Branch is not { } branch) return NoBranch();
        if (!(await session.OpenGraphAsync(cancellation)).TryGet(out var graph, out var error)) return error;
        await using (graph)
        {
            var theirs = await RefOperation.FindAsync(graph, $"{Revisions.Remotes}{remote}/{branch}", cancellation);
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

            if (reference is null) return Error.NotFound($"{remote} has no branch '{branch}'. Bring yours there: weigh push");
            return await new MergeOperation(session, progress).MergeAsync(
                graph, reference.Commit, new WorkspaceMerge($"{remote}/{branch}", strategy), cancellation);
        }
    }

    public static Error NoBranch() => Error.Precondition("You are on no branch. Switch to one first: weigh switch BRANCH");
}
