using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Objects;
using Weighhouse.Versioning.Workspace.Files;
using Weighhouse.Versioning.Workspace.Index;
using Weighhouse.Versioning.Workspace.Operations;
using Weighhouse.Versioning.Workspace.Session;
using Weighhouse.Versioning.Workspace.Trees;

namespace Weighhouse.Versioning.Workspace.Imports;

/// <summary>
/// Makes commits of the states of another tool's repository, on a branch of their own. Objects are durable before the branch moves, so an
/// import that is cut has changed nothing but the room taken.
/// </summary>
internal sealed class ImportOperation(WorkspaceSession session, ImportRequest request, WorkProgress progress)
{
    /// <summary>Which of Git's commits a commit was made of: where the next import goes on.</summary>
    private const string GitFact = "git.commit";

    private readonly List<Digest> _made = [];
    private long _missing;

    public async ValueTask<Result<ImportOutcome>> RunAsync(string source, CancellationToken cancellation)
    {
        if (!Directory.Exists(source)) return Error.NotFound($"There is no folder {source}.");
        if (session.Head.Branch == request.Branch)
        {
            return Error.Precondition(
                $"You are on the branch '{request.Branch}', whose files an import would change. Switch to another one, or name another "
                + "with --branch.");
        }

        if (!(await session.OpenGraphAsync(cancellation)).TryGet(out var graph, out var error)) return error;
        await using (graph)
        await using (var states = Open(source))
        {
            return await RunAsync(graph, states, cancellation);
        }
    }

    private IImportSource Open(string source) => request.Kind switch
    {
        ImportKind.Dvc => new DvcSource(source, request, session.Time),
        ImportKind.Git => new GitSource(source, request),
        _ => Invariant.Unreachable<IImportSource>(request.Kind),
    };

    private async ValueTask<Result<ImportOutcome>> RunAsync(WorkspaceGraph graph, IImportSource source, CancellationToken cancellation)
    {
        var branch = Ref.Heads + request.Branch;
        if (!(await RefOperation.FindAsync(graph, branch, cancellation)).TryGet(out var before, out var error)) return error;
        if (!(await source.StatesAsync(cancellation)).TryGet(out var states, out error)) return error;
        if (!Rest(states, before?.Commit).TryGet(out var rest, out error)) return error;
        using var writer = session.Store.BeginWrite();
        var intake = new ContentIntake(session.Store, writer, progress);
        progress.Begin("importing", rest.Count, 0);
        if (!(await MakeAsync(rest, before?.Commit, source, intake, writer, cancellation)).TryGet(out var head, out error)) return error;
        if (_made.Count > 0)
        {
            var durable = await writer.CommitAsync(cancellation);
            if (durable.IsFailure) return durable.Error;
            var recorded = await graph.Commits.RecordAsync(WorkspaceGraph.Caller, WorkspaceGraph.Repository, _made, cancellation);
            if (recorded.IsFailure) return recorded.Error;
            var reason = $"import {request.Kind.ToString().ToLowerInvariant()}";
            var moved = await RefOperation.UpdateAsync(graph, [new RefChange(branch, before?.Commit, head)], reason, cancellation);
            if (moved.IsFailure) return moved.Error;
        }

        return new ImportOutcome(request.Branch, _made.Count, intake.Files, intake.Bytes, _missing, head);
    }

    /// <summary>What the branch does not have yet.</summary>
    private Result<IReadOnlyList<ImportedState>> Rest(IReadOnlyList<ImportedState> states, Digest? tip)
    {
        if (tip is not { } id) return Done.Ok.Map(_ => states);
        if (!CommitCodec.Load(session.Store, id).TryGet(out var commit, out var error)) return error;
        if (states.All(static state => state.GitCommit is null) || request.OnlyLast) return Done.Ok.Map(_ => states);
        var at = commit.Facts.TryGetValue(GitFact, out var known) ? states.ToList().FindLastIndex(state => state.GitCommit == known) : -1;
        return at >= 0
            ? Done.Ok.Map<IReadOnlyList<ImportedState>>(_ => [.. states.Skip(at + 1)])
            : Error.Precondition(
                $"The branch '{request.Branch}' does not come from this history. Take another with --branch NAME.");
    }

    private async ValueTask<Result<Digest?>> MakeAsync(
        IReadOnlyList<ImportedState> states, Digest? parent, IImportSource source, ContentIntake intake, IObjectWriter writer,
        CancellationToken cancellation)
    {
        Digest? tree = null;
        if (parent is { } tip)
        {
            if (!CommitCodec.Load(session.Store, tip).TryGet(out var before, out var unread)) return unread;
            tree = before.Tree;
        }

        foreach (var state in states)
        {
            if (!(await source.FilesAsync(state, intake, cancellation)).TryGet(out var files, out var error)) return error;
            if (Entries(files, state, source).TryGet(out var entries, out error) is false) return error;
            progress.Did(1, 0);
            // Before the tool was taken up there was nothing to version.
            if (entries.Count == 0 && tree is null) continue;
            var built = new TreeBuild(writer, session.Options).Write(WorkspaceIndex.Sorted(entries, null));
            if (!built.TryGet(out var root, out error)) return error;
            if (root.Id == tree) continue;
            var facts = new Dictionary<string, string>(StringComparer.Ordinal);
            if (state.GitCommit is not null) facts[GitFact] = state.GitCommit;
            var commit = new Commit(root.Id, parent is { } one ? [one] : [], state.Author, state.TimeMs, state.Message, facts, []);
            if (!CommitCodec.Store(writer, commit).TryGet(out var id, out error)) return error;
            _made.Add(id);
            (parent, tree) = (id, root.Id);
        }

        return parent;
    }

    private Result<List<IndexEntry>> Entries(IReadOnlyList<ImportedFile> files, ImportedState state, IImportSource source)
    {
        var entries = new List<IndexEntry>(files.Count);
        foreach (var file in files)
        {
            if (file.Content is { } content)
            {
                if (TreePath.Parse(file.Path).Error is { } refusal) return refusal;
                entries.Add(new IndexEntry(
                    file.Path, file.Kind, file.IsExecutable, content.Id, content.SizeBytes, FileStamp.Unknown, false));
                continue;
            }

            if (!request.SkipMissing)
            {
                var when = state.GitCommit is null ? "" : $" at Git's commit {state.GitCommit[..12]}";
                return Error.Precondition(
                    $"The content of '{file.Path}'{when} is not there. Fetch it: {source.MissingCure}; or leave such files out: "
                    + "--skip-missing; or take the last state alone: --only-last");
            }

            _missing++;
        }

        return entries;
    }
}
