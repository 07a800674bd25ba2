using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Content;
using Weighhouse.Versioning.Content.Files;
using Weighhouse.Versioning.Diffs;
using Weighhouse.Versioning.Workspace.Changes;
using Weighhouse.Versioning.Workspace.Files;
using Weighhouse.Versioning.Workspace.Index;
using Weighhouse.Versioning.Workspace.Session;

namespace Weighhouse.Versioning.Workspace.Operations;

/// <summary>Compares files of a workspace by what they hold: of two revisions, or of one and the folder.</summary>
internal sealed class ContentOperation(WorkspaceSession session, WorkspaceContentDiff request, CancellationToken cancellation)
{
    public async ValueTask<Result<IReadOnlyList<ContentDiff>>> RunAsync()
    {
        var asked = request.Paths;
        if (!PathScope.Parse(session.Folder, asked.From, asked.Paths).TryGet(out var scope, out var error)) return error;
        var trees = new List<Digest>();
        foreach (var revision in asked.Revisions)
        {
            if (!(await Revisions.ResolveAsync(session, revision, cancellation)).TryGet(out var commit, out error)) return error;
            trees.Add(commit.Commit.Tree);
        }

        Result<IEnumerable<Pair>> pairs = trees.Count switch
        {
            0 when asked.Staged => Staged(),
            0 => Done.Ok.Map(_ => WithFolder(session.Index)),
            1 => session.Trees.Read(trees[0]).Map(WithFolder),
            _ => Between(trees[0], trees[1]),
        };
        return pairs.TryGet(out var found, out error) ? Compare(found.Where(pair => scope.Contains(pair.Path))) : error;
    }

    /// <summary>A file as it was and as it is.</summary>
    /// <param name="Open">Where a side's bytes are; null for a side that has none.</param>
    private sealed record Pair(string Path, string? OldPath, Func<Result<FileContent>>? Old, Func<Result<FileContent>>? New);

    private Result<IReadOnlyList<ContentDiff>> Compare(IEnumerable<Pair> pairs)
    {
        var differ = new ContentDiffer(session.Options);
        var diffs = new List<ContentDiff>();
        foreach (var pair in pairs.Take(request.FilesMax))
        {
            cancellation.ThrowIfCancellationRequested();
            if (!Side(pair.Old, pair.OldPath ?? pair.Path).TryGet(out var old, out var error)) return error;
            if (!Side(pair.New, pair.Path).TryGet(out var current, out error)) return error;
            var compared = Guarded(() => differ.Compare(old, current, request.Depth, cancellation));
            if (!compared.TryGet(out var diff, out error)) return error with { Message = $"{pair.Path}: {error.Message}" };
            if (!diff.IsSame || diff.OldPath is not null) diffs.Add(diff);
        }

        return Done.Ok.Map<IReadOnlyList<ContentDiff>>(_ => diffs);
    }

    /// <summary>The boundary to readers of content, which have no result for damage they meet in the middle of it.</summary>
    private static Result<ContentDiff> Guarded(Func<Result<ContentDiff>> compare)
    {
        try
        {
            return compare();
        }
        catch (CorruptBlobException damage)
        {
            return new Error(ErrorCode.Corrupted, damage.Message);
        }
    }

    private static Result<ContentSide?> Side(Func<Result<FileContent>>? open, string path) => open is null
        ? (ContentSide?)null
        : open().Map<ContentSide?>(content => new ContentSide(content, path));

    private Result<IEnumerable<Pair>> Between(Digest old, Digest current)
    {
        var compared = new TreeDiffer(session.Store, session.Options).Compare(old, current, new DiffQuery());
        return compared.Map(diff => diff.Changes.Select(change => new Pair(
            change.Path.Text, change.OldPath?.Text, Stored(change.Old), Stored(change.New)))
            .Where(static pair => pair.Old is not null || pair.New is not null));
    }

    private Result<IEnumerable<Pair>> Staged() => session.Trees.Read(session.Head.Tree).Map(
        committed => IndexJoin.Of(committed, session.Index)
            .Where(static joined => joined.One?.Id != joined.Other?.Id)
            .Select(joined => new Pair(joined.Path, null, Stored(joined.One), Stored(joined.Other)))
            .Where(static pair => pair.Old is not null || pair.New is not null));

    private IEnumerable<Pair> WithFolder(WorkspaceIndex index) =>
        new ChangeScan(session.Folder, () => session.Store, session.Time).Run(index, cancellation).Changes
            // What no commit holds is for the status to tell.
            .Where(change => change.Tracked is not null || session.Index.Find(change.Path) >= 0)
            .Select(change => new Pair(change.Path, null, Stored(change.Tracked), InFolder(change)))
            .Where(static pair => pair.Old is not null || pair.New is not null);

    private Func<Result<FileContent>>? InFolder(FileChange change) => change.Found?.Facts.Type == FileType.File
        ? () => new DiskContent(session.Folder.PathOf(change.Path))
        : null;

    /// <summary>Links are no files: where they point is told with the paths.</summary>
    private Func<Result<FileContent>>? Stored(IndexEntry? entry) =>
        entry is { Kind: EntryKind.File } file ? () => StoredContent.Of(session.Store, file.Id) : null;

    private Func<Result<FileContent>>? Stored(TreeEntry? entry) =>
        entry is { Kind: EntryKind.File } file ? () => StoredContent.Of(session.Store, file.Id) : null;
}
