using Weighhouse.Blobs;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Commits;
using Weighhouse.Versioning.Objects;
using Weighhouse.Versioning.Refs;

namespace Weighhouse.Versioning.Repositories;

internal sealed class GovernedRepositories(IObjectStore store, VersioningOptions options) : IGovernedRepositories
{
    private const string DefaultBranch = "main";

    private static readonly SqlText AddGovernedRepository = VersioningSql.Catalog["AddGovernedRepository"];
    private static readonly SqlText FindGovernedRepository = VersioningSql.Catalog["FindGovernedRepository"];
    private static readonly SqlText GovernRepository = VersioningSql.Catalog["GovernRepository"];
    private static readonly SqlText DeleteRepository = VersioningSql.Catalog["DeleteRepository"];
    private static readonly SqlText ListRefs = VersioningSql.Catalog["ListRefs"];

    private readonly TreeReader _trees = new(store);

    public async ValueTask<Result<long>> CreateAsync(
        DbSession session, NewGovernedRepository repository, Principal actor, long nowMs)
    {
        if (RepositoryRules.RefuseName(repository.Name, options) is { } refusal) return refusal;
        var number = await session.Prepare(AddGovernedRepository)
            .Bind("project", repository.Project).Bind("name", repository.Name).Bind("default_branch", DefaultBranch)
            .Bind("governed_by", repository.GovernedBy).Bind("created_by", actor.Name).Bind("now_ms", nowMs).LongAsync();
        return number is { } added ? added : Error.Exists($"There is a repository '{repository.Name}' already. Choose another name.");
    }

    public async ValueTask<Repository?> FindAsync(DbSession session, long repository) =>
        (await StoredAsync(session, repository))?.Facts;

    public async ValueTask GovernAsync(DbSession session, long repository, string governedBy, long nowMs) =>
        await session.Prepare(GovernRepository)
            .Bind("repo_no", repository).Bind("governed_by", governedBy).Bind("now_ms", nowMs).ExecuteAsync();

    public async ValueTask DeleteAsync(DbSession session, long repository, long nowMs) =>
        await session.Prepare(DeleteRepository).Bind("repo_no", repository).Bind("now_ms", nowMs).ExecuteAsync();

    public ValueTask<Ref?> FindRefAsync(DbSession session, long repository, string name) =>
        RefTable.FindAsync(session, repository, name);

    public async ValueTask<IReadOnlyList<Ref>> ListRefsAsync(DbSession session, long repository, string prefix, int countMax) =>
        await session.Prepare(ListRefs)
            .Bind("repo_no", repository).Bind("after", prefix).Bind("until", prefix[..^1] + "0").Bind("count", countMax)
            .ListAsync(RefTable.Read);

    public async ValueTask<Result<Done>> ApplyAsync(
        DbSession session, long repository, IReadOnlyList<NamedCommit> commits, IReadOnlyList<RefChange> changes, string reason,
        Principal actor, long nowMs)
    {
        if (await StoredAsync(session, repository) is not { } stored)
            return Error.NotFound($"There is no repository {repository}, or it is deleted.");
        foreach (var change in changes)
            if (RefRules.Refuse(change.Name, options) is { } refusal) return refusal;
        var recorded = await CommitTable.RecordAsync(session, stored, commits, actor, nowMs);
        if (recorded.IsFailure) return recorded;
        foreach (var change in changes)
        {
            var applied = await RefTable.ApplyAsync(session, stored, change, actor, nowMs, reason);
            if (applied.IsFailure) return applied;
        }

        return Done.Value;
    }

    public async ValueTask<Result<NamedCommit>> StoreAsync(
        CommitContent content, Func<TreeInfo, Commit> commit, CancellationToken cancellation)
    {
        using var writer = store.BeginWrite();
        if (!RootOf(content, writer).TryGet(out var root, out var error)) return error;
        var made = commit(root);
        if (!CommitCodec.Store(writer, made).TryGet(out var id, out error)) return error;
        var durable = await writer.CommitAsync(cancellation);
        return durable.IsFailure ? durable.Error : new NamedCommit(id, made);
    }

    public Result<IReadOnlyList<CommitFile>> FilesOf(Digest tree, int countMax)
    {
        var files = new List<CommitFile>();
        var waiting = new Stack<(TreePath Path, Digest Folder)>([(TreePath.Root, tree)]);
        while (waiting.TryPop(out var next))
        {
            if (!_trees.Entries(next.Folder).TryGet(out var entries, out var error)) return error;
            foreach (var entry in entries)
            {
                var path = next.Path.Append(entry.Name);
                if (entry.Kind is EntryKind.Folder) waiting.Push((path, entry.Id));
                else if (entry.Kind is EntryKind.File) files.Add(new CommitFile(path, entry.Id, entry.SizeBytes));
                if (files.Count > countMax) return Error.Invalid($"There are more than {countMax} files, the limit.", "files");
            }
        }

        files.Sort(static (one, other) => string.CompareOrdinal(one.Path.Text, other.Path.Text));
        return Done.Ok.Map<IReadOnlyList<CommitFile>>(_ => files);
    }

    /// <summary>The session asks for every file, so that a collection under way does not take it before the commit is known.</summary>
    private Result<TreeInfo> RootOf(CommitContent content, IObjectWriter writer)
    {
        if (content.Tree is { } tree)
        {
            if (!writer.Has(tree)) return Error.NotFound($"The store has no folder {tree}.");
            return _trees.Node(tree).Map(node => new TreeInfo(tree, node.SizeBytes, node.EntryCount));
        }

        foreach (var file in content.Files)
            if (!writer.Has(file.Id)) return Error.NotFound($"The store does not have the content of '{file.Path}'.");
        if (!FolderTree.Of(content.Files, options.FolderDepthMax).TryGet(out var folders, out var error)) return error;
        return folders.Write(new TreeWriter(writer));
    }

    private static ValueTask<StoredRepository?> StoredAsync(DbSession session, long repository) =>
        session.Prepare(FindGovernedRepository).Bind("repo_no", repository).FirstAsync(RepositoryTable.Read);
}
