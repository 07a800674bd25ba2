using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Workspace.Files;
using Weighhouse.Versioning.Workspace.Imports;
using Weighhouse.Versioning.Workspace.Operations;
using Weighhouse.Versioning.Workspace.Remotes;
using Weighhouse.Versioning.Workspace.Session;

namespace Weighhouse.Versioning.Workspace;

/// <summary>The contract over the operations: opens a session for each call, and answers what the system refuses as an error.</summary>
internal sealed class WorkingCopy(WorkspaceFolder folder, WorkspaceEnvironment environment) : IWorkspace
{
    public string Root => folder.Root;

    public string Records => folder.Records;

    public ValueTask<Result<WorkspaceStatus>> StatusAsync(CancellationToken cancellation) => RunAsync(
        write: false,
        async session =>
        {
            var found = StatusOperation.Run(session, cancellation);
            var upstream = found.IsFailure ? null : await Upstream.FindAsync(session, cancellation);
            return found.Map(status => status with { Upstream = upstream });
        },
        cancellation);

    public ValueTask<Result<int>> AddAsync(
        IReadOnlyList<string> paths, string from, bool force, WorkProgress progress, CancellationToken cancellation) => ChangeAsync(
        paths, from, (session, scope) => StageOperation.AddAsync(session, scope, force, progress, cancellation), cancellation);

    public ValueTask<Result<int>> RemoveAsync(
        IReadOnlyList<string> paths, string from, bool keepFiles, bool force, CancellationToken cancellation) => ChangeAsync(
        paths, from, (session, scope) => ValueTask.FromResult(StageOperation.Remove(session, scope, keepFiles, force, cancellation)),
            cancellation);

    public ValueTask<Result<int>> MoveAsync(string source, string target, string from, bool force, CancellationToken cancellation) =>
        ChangeAsync(
        [],
        from,
        (session, _) =>
        {
            if (!PathScope.Locate(folder, from, source).TryGet(out var old, out var error)) return ValueTask.FromResult<Result<int>>(error);
            return ValueTask.FromResult(
                PathScope.Locate(folder, from, target).TryGet(out var moved, out error)
                    ? StageOperation.Move(session, old, moved, force)
                    : error);
        },
        cancellation);

    public ValueTask<Result<CommitOutcome>> CommitAsync(
        CommitRequest request, string from, WorkProgress progress, CancellationToken cancellation) => ChangeAsync(
        request.Paths ?? [], from, (session, scope) => new CommitOperation(session, scope, request, progress).RunAsync(cancellation),
            cancellation);

    public ValueTask<Result<CheckoutOutcome>> SwitchAsync(SwitchRequest request, WorkProgress progress, CancellationToken cancellation) =>
        RunAsync(
        write: true, session => new SwitchOperation(session, request, progress).RunAsync(cancellation), cancellation);

    public ValueTask<Result<CheckoutOutcome>> RestoreAsync(
        RestoreRequest request, WorkProgress progress, CancellationToken cancellation) => RunAsync(
        write: request.To is null,
        async session =>
        {
            if (!PathScope.Parse(folder, request.From, request.Paths).TryGet(out var scope, out var error)) return error;
            if (request.To is { } target)
            {
                return await RestoreOperation.ExportAsync(
                    session, scope, request.Source ?? "HEAD", Path.GetFullPath(target, request.From), request.Force, progress,
                        cancellation);
            }

            if (Busy(session) is { } busy) return busy;
            if (!request.Staged) return await RestoreOperation.FilesAsync(session, scope, request.Source, progress, cancellation);
            return RestoreOperation.Unstage(session, scope).Map(
                count => new CheckoutOutcome(session.Head.Branch, session.Head.Commit, count, 0, 0));
        },
        cancellation);

    public ValueTask<Result<Page<NamedCommit>>> LogAsync(WorkspaceLogQuery query, CancellationToken cancellation) => RunAsync(
        write: false, session => HistoryOperation.LogAsync(session, query, cancellation), cancellation);

    public ValueTask<Result<CommitView>> ShowAsync(string revision, CancellationToken cancellation) => RunAsync(
        write: false, session => HistoryOperation.ShowAsync(session, revision, cancellation), cancellation);

    public ValueTask<Result<IReadOnlyList<PathChange>>> DiffAsync(DiffRequest request, CancellationToken cancellation) => RunAsync(
        write: false, session => HistoryOperation.DiffAsync(session, request, cancellation), cancellation);

    public ValueTask<Result<IReadOnlyList<ContentDiff>>> DiffContentAsync(
        WorkspaceContentDiff request, CancellationToken cancellation) => RunAsync(
        write: false, session => new ContentOperation(session, request, cancellation).RunAsync(), cancellation);

    public ValueTask<Result<IReadOnlyList<Ref>>> RefsAsync(string prefix, CancellationToken cancellation) => RunAsync(
        write: false, session => RefOperation.ListAsync(session, prefix, cancellation), cancellation);

    public ValueTask<Result<Ref?>> SetRefAsync(string name, string? revision, bool force, CancellationToken cancellation) => RunAsync(
        write: true, session => RefOperation.SetAsync(session, name, revision, force, cancellation), cancellation);

    public ValueTask<Result<Ref?>> RenameBranchAsync(string? branch, string name, CancellationToken cancellation) => RunAsync(
        write: true, session => RefOperation.RenameAsync(session, branch, name, cancellation), cancellation);

    public ValueTask<Result<Page<RefLogEntry>>> RefLogAsync(string name, int limit, CancellationToken cancellation) => RunAsync(
        write: false, session => RefOperation.LogAsync(session, name, limit, cancellation), cancellation);

    public ValueTask<Result<WorkspaceMerged>> MergeAsync(
        WorkspaceMerge request, WorkProgress progress, CancellationToken cancellation) => ChangeAsync(
        [], folder.Root, (session, _) => new MergeOperation(session, progress).MergeAsync(request, cancellation), cancellation);

    public ValueTask<Result<WorkspaceMerged>> ReplayAsync(
        WorkspaceReplay request, WorkProgress progress, CancellationToken cancellation) => ChangeAsync(
        [], folder.Root, (session, _) => new MergeOperation(session, progress).ReplayAsync(request, cancellation), cancellation);

    public ValueTask<Result<CheckoutOutcome>> AbortMergeAsync(WorkProgress progress, CancellationToken cancellation) => RunAsync(
        write: true, session => new MergeOperation(session, progress).AbortAsync(cancellation), cancellation);

    public ValueTask<Result<StashEntry?>> StashAsync(string? message, WorkProgress progress, CancellationToken cancellation) => ChangeAsync(
        [], folder.Root, (session, _) => new StashOperation(session, progress).PushAsync(message, cancellation), cancellation);

    public ValueTask<Result<IReadOnlyList<StashEntry>>> StashesAsync(CancellationToken cancellation) => RunAsync(
        write: false, session => new StashOperation(session, new WorkProgress()).ListAsync(cancellation), cancellation);

    public ValueTask<Result<WorkspaceMerged>> UnstashAsync(
        string? name, bool drop, WorkProgress progress, CancellationToken cancellation) => ChangeAsync(
        [], folder.Root, (session, _) => new StashOperation(session, progress).ApplyAsync(name, drop, cancellation), cancellation);

    public ValueTask<Result<StashEntry>> DropStashAsync(string? name, CancellationToken cancellation) => RunAsync(
        write: true, session => new StashOperation(session, new WorkProgress()).DropAsync(name, cancellation), cancellation);

    public ValueTask<Result<WorkspaceCheck>> CheckAsync(CheckDepth depth, CancellationToken cancellation) => RunAsync(
        write: false, session => CareOperation.CheckAsync(session, depth, cancellation), cancellation);

    public ValueTask<Result<WorkspaceRepair>> RepairAsync(string? from, CancellationToken cancellation) => RunAsync(
        write: true, session => new RepairOperation(session).RunAsync(from, cancellation), cancellation);

    public ValueTask<Result<CollectionReport>> CollectAsync(CollectionRequest request, CancellationToken cancellation) => RunAsync(
        write: !request.Preview, session => CareOperation.CollectAsync(session, request, cancellation), cancellation);

    public ValueTask<Result<RepackReport>> RepackAsync(RepackRequest request, WorkProgress progress, CancellationToken cancellation) =>
        RunAsync(write: !request.Preview, session => CareOperation.RepackAsync(session, request, progress, cancellation), cancellation);

    public ValueTask<Result<Done>> UndoCollectionAsync(CancellationToken cancellation) => RunAsync(
        write: true, static session => ValueTask.FromResult(session.Store.Care.UndoCollection()), cancellation);

    public ValueTask<Result<WorkspaceUsage>> UsageAsync(IReadOnlyList<string> revisions, CancellationToken cancellation) => RunAsync(
        write: false, session => CareOperation.UsageAsync(session, revisions, cancellation), cancellation);

    public ValueTask<Result<IReadOnlyDictionary<string, string>>> RemotesAsync(CancellationToken cancellation) => RunAsync(
        write: false, static session => ValueTask.FromResult(Done.Ok.Map(_ => session.Configuration.Remotes)), cancellation);

    public ValueTask<Result<IReadOnlyDictionary<string, string>>> ChangeRemoteAsync(
        string name, string? address, CancellationToken cancellation) => RunAsync(
        write: true, session => ValueTask.FromResult(RemoteNames.Change(session, name, address)), cancellation);

    // Both may take hours, and change nothing in the folder: commits go on meanwhile.
    public ValueTask<Result<RemoteOutcome>> FetchAsync(string? remote, WorkProgress progress, CancellationToken cancellation) => RunAsync(
        write: false, session => new FetchOperation(session, progress).RunAsync(remote, cancellation), cancellation);

    public ValueTask<Result<RemoteOutcome>> PushAsync(PushRequest request, WorkProgress progress, CancellationToken cancellation) =>
        RunAsync(write: false, session => new PushOperation(session, request, progress).RunAsync(cancellation), cancellation);

    public async ValueTask<Result<WorkspaceMerged>> PullAsync(
        string? remote, MergeStrategy strategy, WorkProgress progress, CancellationToken cancellation)
    {
        var fetched = await RunAsync(
            write: false,
            async session =>
            {
                if (Busy(session) is { } busy) return busy;
                return session.Head.Branch is null ? PullOperation.NoBranch()
                    : await new FetchOperation(session, progress).RunAsync(remote, cancellation);
            },
            cancellation);
        if (!fetched.TryGet(out var outcome, out var error)) return error;
        return await ChangeAsync(
            [], folder.Root,
            (session, _) => PullOperation.MergeAsync(session, outcome.Remote, strategy, progress, cancellation), cancellation);
    }

    public ValueTask<Result<CheckoutOutcome>> CloneAsync(
        string source, string? revision, IReadOnlyList<string> only, WorkProgress progress, CancellationToken cancellation) => RunAsync(
        write: true, session => CloneOperation.RunAsync(session, new CloneSource(source, revision, only), progress, cancellation),
            cancellation);

    public ValueTask<Result<ImportOutcome>> ImportAsync(
        ImportRequest request, string from, WorkProgress progress, CancellationToken cancellation) => RunAsync(
        write: true,
        session => new ImportOperation(session, request, progress).RunAsync(Path.GetFullPath(request.Source, from), cancellation),
        cancellation);

    private ValueTask<Result<T>> ChangeAsync<T>(
        IReadOnlyList<string> paths, string from, Func<WorkspaceSession, PathScope, ValueTask<Result<T>>> work,
            CancellationToken cancellation) =>
        RunAsync(
            write: true,
            async session =>
            {
                if (Busy(session) is { } busy) return busy;
                return PathScope.Parse(folder, from, paths).TryGet(out var scope, out var error) ? await work(session, scope) : error;
            },
            cancellation);

    private static Error? Busy(WorkspaceSession session) => session.Interrupted is null
        ? null
        : Error.Precondition("A checkout was interrupted, and the folder holds parts of two versions. End it first: weigh switch "
            + (session.Head.Branch ?? "BRANCH"));

    /// <summary>The boundary to the file system: what it refuses in the middle of an operation is an error of the operation.</summary>
    private async ValueTask<Result<T>> RunAsync<T>(
        bool write, Func<WorkspaceSession, ValueTask<Result<T>>> work, CancellationToken cancellation)
    {
        WorkThreads.Reserve();
        try
        {
            var opened = await WorkspaceSession.OpenAsync(folder, environment, write, cancellation);
            if (!opened.TryGet(out var session, out var error)) return error;
            using (session) return await work(session);
        }
        catch (ErrorException exception)
        {
            return exception.Error;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Checkout.CheckoutFailure.Of(exception, folder.Root);
        }
    }
}
