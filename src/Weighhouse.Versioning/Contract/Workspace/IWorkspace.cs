using Weighhouse.Blobs;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning;

/// <summary>
/// A folder whose files are versioned, with its history beside it. Each call reads the state of the folder anew and, when it changes
/// anything,
/// holds the folder's lock while it runs: any number of processes may use the same folder. Paths are named from <c>from</c>, the caller's
/// current folder.
/// </summary>
public interface IWorkspace
{
    /// <summary>The folder whose files are versioned.</summary>
    string Root { get; }

    /// <summary>The folder of history and state.</summary>
    string Records { get; }

    ValueTask<Result<WorkspaceStatus>> StatusAsync(CancellationToken cancellation);

    /// <summary>Stages what the paths hold now; empty means the whole folder. Returns how many paths changed.</summary>
    /// <param name="force">Also what patterns ignore.</param>
    ValueTask<Result<int>> AddAsync(
        IReadOnlyList<string> paths, string from, bool force, WorkProgress progress, CancellationToken cancellation);

    /// <summary>Takes files out of the next commit and, unless they are kept, out of the folder.</summary>
    ValueTask<Result<int>> RemoveAsync(
        IReadOnlyList<string> paths, string from, bool keepFiles, bool force, CancellationToken cancellation);

    ValueTask<Result<int>> MoveAsync(string source, string target, string from, bool force, CancellationToken cancellation);

    ValueTask<Result<CommitOutcome>> CommitAsync(
        CommitRequest request, string from, WorkProgress progress, CancellationToken cancellation);

    ValueTask<Result<CheckoutOutcome>> SwitchAsync(SwitchRequest request, WorkProgress progress, CancellationToken cancellation);

    ValueTask<Result<CheckoutOutcome>> RestoreAsync(RestoreRequest request, WorkProgress progress, CancellationToken cancellation);

    /// <summary>The history of a revision, newest first.</summary>
    ValueTask<Result<Page<NamedCommit>>> LogAsync(WorkspaceLogQuery query, CancellationToken cancellation);

    /// <summary>One commit and what it changed against its first parent.</summary>
    ValueTask<Result<CommitView>> ShowAsync(string revision, CancellationToken cancellation);

    /// <summary>
    /// What differs: between two revisions; between one and the folder; or, with none, between the last commit or what is staged and the
    /// folder.
    /// </summary>
    ValueTask<Result<IReadOnlyList<PathChange>>> DiffAsync(DiffRequest request, CancellationToken cancellation);

    /// <summary>
    /// The same by what the files hold: tensors, rows, lines. Files that differ in nothing but their mode or kind are left out.
    /// </summary>
    ValueTask<Result<IReadOnlyList<ContentDiff>>> DiffContentAsync(WorkspaceContentDiff request, CancellationToken cancellation);

    /// <param name="prefix">"heads/", "tags/", "remotes/" or empty for all.</param>
    ValueTask<Result<IReadOnlyList<Ref>>> RefsAsync(string prefix, CancellationToken cancellation);

    /// <summary>Makes, moves (with force) or deletes (revision null) a branch or tag.</summary>
    /// <param name="name">Whole: "heads/exp", "tags/v1".</param>
    ValueTask<Result<Ref?>> SetRefAsync(string name, string? revision, bool force, CancellationToken cancellation);

    /// <summary>Gives a branch another name; null for the present one.</summary>
    ValueTask<Result<Ref?>> RenameBranchAsync(string? branch, string name, CancellationToken cancellation);

    /// <summary>Brings another history into the folder and its branch. Conflicts without <see cref="WorkspaceMerge.Manual"/> change
    /// nothing.</summary>
    ValueTask<Result<WorkspaceMerged>> MergeAsync(WorkspaceMerge request, WorkProgress progress, CancellationToken cancellation);

    /// <summary>A new commit that takes a commit's changes back, or repeats them.</summary>
    ValueTask<Result<WorkspaceMerged>> ReplayAsync(WorkspaceReplay request, WorkProgress progress, CancellationToken cancellation);

    /// <summary>Gives up a merge that waits for its conflicts to be settled.</summary>
    ValueTask<Result<CheckoutOutcome>> AbortMergeAsync(WorkProgress progress, CancellationToken cancellation);

    /// <summary>Puts all changes aside; null when there are none.</summary>
    ValueTask<Result<StashEntry?>> StashAsync(string? message, WorkProgress progress, CancellationToken cancellation);

    /// <summary>The last first.</summary>
    ValueTask<Result<IReadOnlyList<StashEntry>>> StashesAsync(CancellationToken cancellation);

    /// <summary>Brings changes back that were put aside: the last, or those named.</summary>
    ValueTask<Result<WorkspaceMerged>> UnstashAsync(string? name, bool drop, WorkProgress progress, CancellationToken cancellation);

    ValueTask<Result<StashEntry>> DropStashAsync(string? name, CancellationToken cancellation);

    /// <summary>Looks for damage in the history, and names it by ref and path.</summary>
    ValueTask<Result<WorkspaceCheck>> CheckAsync(CheckDepth depth, CancellationToken cancellation);

    /// <summary>
    /// Reads everything, and brings back what is damaged or missing: from other workspaces that have it, else from files in the folder
    /// whose content is still what was committed. Damaged packs are put in quarantine.
    /// </summary>
    /// <param name="from">Another workspace's folder; null for all remotes that are folders.</param>
    ValueTask<Result<WorkspaceRepair>> RepairAsync(string? from, CancellationToken cancellation);

    /// <summary>One step of the collection of what nothing names.</summary>
    ValueTask<Result<CollectionReport>> CollectAsync(CollectionRequest request, CancellationToken cancellation);

    /// <summary>Packs weights smaller, as differences from the versions before; a collection then brings the room.</summary>
    ValueTask<Result<RepackReport>> RepackAsync(RepackRequest request, WorkProgress progress, CancellationToken cancellation);

    /// <summary>Keeps what a collection condemned and has not deleted.</summary>
    ValueTask<Result<Done>> UndoCollectionAsync(CancellationToken cancellation);

    /// <summary>The room that branches and tags take; or the revisions named.</summary>
    ValueTask<Result<WorkspaceUsage>> UsageAsync(IReadOnlyList<string> revisions, CancellationToken cancellation);

    /// <summary>Other workspaces by name.</summary>
    ValueTask<Result<IReadOnlyDictionary<string, string>>> RemotesAsync(CancellationToken cancellation);

    /// <param name="address">Null to forget it.</param>
    ValueTask<Result<IReadOnlyDictionary<string, string>>> ChangeRemoteAsync(string name, string? address, CancellationToken cancellation);

    /// <summary>Brings a remote's branches here, as remotes/NAME/BRANCH, and its tags.</summary>
    /// <param name="remote">Null for the only one there is, or "origin".</param>
    ValueTask<Result<RemoteOutcome>> FetchAsync(string? remote, WorkProgress progress, CancellationToken cancellation);

    ValueTask<Result<RemoteOutcome>> PushAsync(PushRequest request, WorkProgress progress, CancellationToken cancellation);

    /// <summary>Fetches, and merges the remote's branch of the same name.</summary>
    ValueTask<Result<WorkspaceMerged>> PullAsync(
        string? remote, MergeStrategy strategy, WorkProgress progress, CancellationToken cancellation);

    /// <summary>Fills this workspace, which must be new, from another one, its remote "origin" from now on.</summary>
    /// <param name="only">The paths to have in the folder, from its root; empty for all.</param>
    ValueTask<Result<CheckoutOutcome>> CloneAsync(
        string source, string? revision, IReadOnlyList<string> only, WorkProgress progress, CancellationToken cancellation);

    /// <summary>Makes commits of another tool's repository, on a branch of their own that is not the present one.</summary>
    ValueTask<Result<ImportOutcome>> ImportAsync(
        ImportRequest request, string from, WorkProgress progress, CancellationToken cancellation);

    /// <summary>Where a branch has been, the latest first.</summary>
    ValueTask<Result<Page<RefLogEntry>>> RefLogAsync(string name, int limit, CancellationToken cancellation);
}

/// <summary>Which commits to list.</summary>
/// <param name="Revision">Where to begin.</param>
/// <param name="Paths">At most one path: only commits that changed what it names.</param>
public sealed record WorkspaceLogQuery(
    string Revision, string? Without, string? Path, string From, bool FirstParentOnly, int Limit, string? Token);

/// <summary>A commit with what it changed.</summary>
public sealed record CommitView(NamedCommit Commit, IReadOnlyList<PathChange> Changes);

/// <summary>What to compare.</summary>
public sealed record DiffRequest(IReadOnlyList<string> Revisions, IReadOnlyList<string> Paths, string From, bool Staged);
