using Weighhouse.Blobs;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Commits;
using Weighhouse.Versioning.Objects;
using Weighhouse.Versioning.Refs;

namespace Weighhouse.Versioning.Catalogue;

/// <summary>How closely to look: who waits does not wait for a large table to be read.</summary>
internal enum LookDepth
{
    /// <summary>Looks only where no more than <see cref="VersioningOptions.CatalogueWaitBytesMax"/> have to be read.</summary>
    Quick,
    Whole,
}

/// <summary>Looks at the data of an entry, at the head of the default branch. What was read of the same content before is kept.</summary>
internal sealed class CatalogueLook(
    IDatabase database, IObjectStore store, IRepositories repositories, CommitService commits, CommitGraphs graphs, SchemaReader schemas,
    VersioningOptions options)
{
    private readonly TreeReader _trees = new(store);

    /// <summary>Looks and keeps what was seen.</summary>
    /// <returns>False when a quick look is not enough.</returns>
    public async ValueTask<Result<bool>> RenewAsync(StoredEntry entry, LookDepth depth, CancellationToken cancellation)
    {
        if (!TreePath.Parse(entry.Facts.Path).TryGet(out var path, out var error)) return error;
        var found = await repositories.GetAsync(Principal.System, entry.Facts.Repository, cancellation);
        if (!found.TryGet(out var repository, out error)) return error;
        var read = await database.ReadAsync(
            session => HeadAsync(session, entry, Ref.Heads + repository.DefaultBranch, path), cancellation);
        if (!read.TryGet(out var head, out error)) return error;
        CatalogueData? data = null;
        if (head.There is { } there)
        {
            var kept = entry.Facts.Data is { } before && before.Content == there.Id && before.Kind == there.Kind ? before : null;
            var schema = kept?.Schema;
            if (kept is null)
            {
                var asked = new SchemaQuestion(entry.Facts.Repository, head.Commit!.Value, path, there);
                if (depth is LookDepth.Quick && schemas.BytesToRead(asked) > options.CatalogueWaitBytesMax) return false;
                if (!(await schemas.ReadAsync(asked, cancellation)).TryGet(out schema, out error)) return error;
            }

            data = new CatalogueData(
                there.Kind, there.Id, there.SizeBytes, head.Changed?.Id, head.Changed?.Commit.TimeMs, head.Changed?.Commit.Author.Name,
                schema);
        }

        var written = await database.WriteAsync<Done>(
            async session =>
            {
                await CatalogueTable.SetDataAsync(session, entry.Number, head.Number, data);
                return Done.Value;
            },
            cancellation);
        return written.Map(static _ => true);
    }

    private async ValueTask<Result<HeadState>> HeadAsync(DbSession session, StoredEntry entry, string branch, TreePath path)
    {
        if (await RefTable.FindAsync(session, entry.Repository, branch) is not { } reference) return new HeadState(0, null, null, null);
        var graph = graphs.Of(entry.Repository);
        var head = await graph.FindAsync(session, reference.Commit);
        Invariant.That(head is not null);
        var followed = _trees.Follow(head.Tree, path);
        if (followed.Error is { Code: ErrorCode.NotFound }) return new HeadState(head.Number, head.Id, null, null);
        if (!followed.TryGet(out var there, out var error)) return error;
        var changed = await ChangedAsync(session, graph, entry, head, path);
        return changed.Map(commit => new HeadState(head.Number, head.Id, path.IsRoot ? Sized(there) : there, commit));
    }

    /// <summary>
    /// The last commit that changed the path: sought among those that came since the last look first, then as far back as one page of a
    /// log looks.
    /// </summary>
    private async ValueTask<Result<NamedCommit?>> ChangedAsync(
        DbSession session, CommitGraph graph, StoredEntry entry, CommitNode head, TreePath path)
    {
        var known = entry.Facts.Data?.ChangedIn is { } id ? await graph.FindAsync(session, id) : null;
        if (known is not null && !await new Ancestry(graph, session).IsAncestorAsync(known, head)) known = null;
        var query = new LogQuery([head.Id], known is null ? null : [known.Id]) { Path = path };
        var read = await new CommitLog(graph, session, _trees, LoadOne, query).ReadAsync(new PageRequest(1));
        if (!read.TryGet(out var page, out var error)) return error;
        var last = page.Nodes is [var node, ..] ? node.Id : page.Token is null ? known?.Id : null;
        return last is { } changed ? LoadOne(changed).Map(static NamedCommit? (named) => named) : (NamedCommit?)null;
    }

    /// <summary>A root has no entry above it that knows its size.</summary>
    private TreeEntry Sized(TreeEntry root) =>
        _trees.Node(root.Id).TryGet(out var node, out _) ? root with { SizeBytes = node.SizeBytes } : root;

    private Result<NamedCommit> LoadOne(Digest id) => commits.Load([id]).Map(static loaded => loaded[0]);

    /// <param name="Number">0 for a branch without commits, as the list of those behind has it.</param>
    /// <param name="There">What the path names; null for nothing.</param>
    private sealed record HeadState(long Number, Digest? Commit, TreeEntry? There, NamedCommit? Changed);
}
